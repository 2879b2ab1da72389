#include "CSimdJSON.h"

#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

struct kindred_json_parser {
    std::unique_ptr<simdjson::internal::dom_parser_implementation> scanner;
    std::vector<kindred_json_token> tokens;
    std::vector<uint8_t> unescaped;
    // The tokens of the keys of all objects that are open.
    std::vector<kindred_json_token> keys;
    std::vector<std::string_view> sorted;
};

namespace {

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }
bool is_space(char byte) { return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t'; }

// Four hexadecimal digits, or -1.
int hexadecimal(const char *digits) {
    int result = 0;
    for (int at = 0; at < 4; ++at) {
        char digit = digits[at], letter = char(digit | 0x20);
        if (is_digit(digit)) {
            result = result * 16 + (digit - '0');
        } else if (letter >= 'a' && letter <= 'f') {
            result = result * 16 + (letter - 'a' + 10);
        } else {
            return -1;
        }
    }
    return result;
}

// Turns the places where tokens start (simdjson's first stage, which has also checked that the document is UTF-8, that its strings
// are closed and that they hold no control characters) into tokens, and refuses whatever RFC 8259 does not allow.
//
// What a place leaves to tell: a string ends before the white space in front of the next place, and so does a scalar; both may
// have more in them than they should, which is why their last byte, or all of them, are looked at.
struct Walk {
    kindred_json_parser &parser;
    const char *bytes;
    size_t count;
    const uint32_t *places;
    size_t place_count;
    int maximum_depth;
    size_t maximum_tokens;
    size_t at = 0;

    char current() const { return at < place_count ? bytes[places[at]] : 0; }

    std::string_view taken() {
        size_t start = places[at], end = at + 1 < place_count ? places[at + 1] : count;
        ++at;
        while (end > start && is_space(bytes[end - 1])) --end;
        return {bytes + start, end - start};
    }

    void push(kindred_json_kind kind, size_t count = 0, size_t offset = 0) {
        parser.tokens.push_back({uint32_t(kind), uint32_t(count), uint32_t(offset), uint32_t(parser.tokens.size() + 1)});
    }

    bool document() {
        return (current() == '{' || current() == '[') && value(1) && at == place_count;
    }

    bool value(int depth) {
        if (parser.tokens.size() >= maximum_tokens) return false;
        switch (current()) {
        case '{': return depth <= maximum_depth && object(depth);
        case '[': return depth <= maximum_depth && array(depth);
        case '"': return string();
        case 't': return word("true", KINDRED_JSON_TRUE);
        case 'f': return word("false", KINDRED_JSON_FALSE);
        case 'n': return word("null", KINDRED_JSON_NULL);
        default: return number();
        }
    }

    void close(size_t place, size_t count) {
        parser.tokens[place].count = uint32_t(count);
        parser.tokens[place].next = uint32_t(parser.tokens.size());
    }

    bool object(int depth) {
        size_t place = parser.tokens.size(), first_key = parser.keys.size(), members = 0;
        push(KINDRED_JSON_OBJECT);
        ++at;
        if (current() == '}') {
            ++at;
        } else {
            do {
                if (current() != '"' || !string()) return false;
                parser.keys.push_back(parser.tokens.back());
                if (current() != ':') return false;
                ++at;
                if (!value(depth + 1)) return false;
                ++members;
            } while (current() == ',' && ++at);
            if (current() != '}') return false;
            ++at;
            if (!keys_differ(first_key)) return false;
            parser.keys.resize(first_key);
        }
        close(place, members);
        return true;
    }

    bool array(int depth) {
        size_t place = parser.tokens.size(), elements = 0;
        push(KINDRED_JSON_ARRAY);
        ++at;
        if (current() == ']') {
            ++at;
        } else {
            do {
                if (!value(depth + 1)) return false;
                ++elements;
            } while (current() == ',' && ++at);
            if (current() != ']') return false;
            ++at;
        }
        close(place, elements);
        return true;
    }

    bool word(std::string_view word, kindred_json_kind kind) {
        if (taken() != word) return false;
        push(kind);
        return true;
    }

    // RFC 8259 §6: no leading zeros, a digit on either side of the point, digits in the exponent.
    bool number() {
        if (at >= place_count) return false;
        std::string_view text = taken();
        size_t next = 0;
        auto skip_digits = [&] {
            size_t start = next;
            while (next < text.size() && is_digit(text[next])) ++next;
            return next - start;
        };
        if (next < text.size() && text[next] == '-') ++next;
        size_t first = next, integer_digits = skip_digits();
        if (integer_digits == 0 || (integer_digits > 1 && text[first] == '0')) return false;
        bool is_plain = text.size() <= 300 && text != "-0";
        if (next < text.size() && text[next] == '.') {
            ++next;
            if (skip_digits() == 0) return false;
            is_plain = is_plain && text[next - 1] != '0';
        }
        if (next < text.size() && (text[next] == 'e' || text[next] == 'E')) {
            ++next;
            is_plain = false;
            if (next < text.size() && (text[next] == '+' || text[next] == '-')) ++next;
            size_t exponent_digits = skip_digits();
            if (exponent_digits == 0 || exponent_digits > 6) return false;
        }
        if (next != text.size()) return false;
        push(is_plain ? KINDRED_JSON_PLAIN_NUMBER : KINDRED_JSON_NUMBER, text.size(), size_t(text.data() - bytes));
        return true;
    }

    bool string() {
        std::string_view text = taken();
        if (text.size() < 2 || text.back() != '"') return false;
        const char *start = text.data() + 1;
        size_t length = text.size() - 2;
        if (memchr(start, '\\', length) != nullptr) return unescape(start, start + length);
        push(KINDRED_JSON_STRING, length, size_t(start - bytes));
        return true;
    }

    bool unescape(const char *from, const char *end) {
        std::vector<uint8_t> &output = parser.unescaped;
        size_t offset = output.size();
        while (from < end) {
            const char *backslash = static_cast<const char *>(memchr(from, '\\', size_t(end - from)));
            output.insert(output.end(), from, backslash ? backslash : end);
            if (!backslash) break;
            if (end - backslash < 2) return false;
            from = backslash + 2;
            switch (backslash[1]) {
            case '"': case '\\': case '/': output.push_back(uint8_t(backslash[1])); break;
            case 'b': output.push_back('\b'); break;
            case 'f': output.push_back('\f'); break;
            case 'n': output.push_back('\n'); break;
            case 'r': output.push_back('\r'); break;
            case 't': output.push_back('\t'); break;
            case 'u':
                if (!unescape_unit(from, end)) return false;
                break;
            default: return false;
            }
        }
        push(KINDRED_JSON_UNESCAPED_STRING, output.size() - offset, offset);
        return true;
    }

    // `from` points behind \u; a high surrogate must be followed by a low one.
    bool unescape_unit(const char *&from, const char *end) {
        int unit = end - from < 4 ? -1 : hexadecimal(from);
        if (unit < 0 || (unit >= 0xDC00 && unit <= 0xDFFF)) return false;
        from += 4;
        uint32_t scalar = uint32_t(unit);
        if (unit >= 0xD800 && unit <= 0xDBFF) {
            int low = end - from < 6 || from[0] != '\\' || from[1] != 'u' ? -1 : hexadecimal(from + 2);
            if (low < 0xDC00 || low > 0xDFFF) return false;
            from += 6;
            scalar = 0x10000 + ((uint32_t(unit) - 0xD800) << 10) + (uint32_t(low) - 0xDC00);
        }
        append(scalar);
        return true;
    }

    void append(uint32_t scalar) {
        auto &output = parser.unescaped;
        auto tail = [&](int shift) { output.push_back(uint8_t(0x80 | ((scalar >> shift) & 0x3F))); };
        if (scalar < 0x80) {
            output.push_back(uint8_t(scalar));
        } else if (scalar < 0x800) {
            output.push_back(uint8_t(0xC0 | scalar >> 6));
            tail(0);
        } else if (scalar < 0x10000) {
            output.push_back(uint8_t(0xE0 | scalar >> 12));
            tail(6);
            tail(0);
        } else {
            output.push_back(uint8_t(0xF0 | scalar >> 18));
            tail(12);
            tail(6);
            tail(0);
        }
    }

    std::string_view text(const kindred_json_token &key) const {
        const char *base = key.kind == KINDRED_JSON_STRING ? bytes : reinterpret_cast<const char *>(parser.unescaped.data());
        return {base + key.offset, key.count};
    }

    bool keys_differ(size_t first) {
        const kindred_json_token *begin = parser.keys.data() + first, *end = parser.keys.data() + parser.keys.size();
        if (end - begin <= 24) {
            for (auto one = begin; one != end; ++one)
                for (auto other = begin; other != one; ++other)
                    if (one->count == other->count && text(*one) == text(*other)) return false;
            return true;
        }
        parser.sorted.clear();
        for (auto key = begin; key != end; ++key) parser.sorted.push_back(text(*key));
        std::sort(parser.sorted.begin(), parser.sorted.end());
        return std::adjacent_find(parser.sorted.begin(), parser.sorted.end()) == parser.sorted.end();
    }
};

bool has_room(kindred_json_parser &parser, size_t count) {
    if (parser.scanner && parser.scanner->capacity() >= count) return true;
    size_t capacity = std::max<size_t>(count, 4096);
    if (parser.scanner) capacity = std::max(capacity, std::min<size_t>(parser.scanner->capacity() * 2, UINT32_MAX / 2));
    return simdjson::get_active_implementation()->create_dom_parser_implementation(capacity, 1, parser.scanner) == simdjson::SUCCESS;
}

}  // namespace

kindred_json_parser *kindred_json_create(void) { return new (std::nothrow) kindred_json_parser; }

void kindred_json_destroy(kindred_json_parser *parser) { delete parser; }

int kindred_json_parse(
    kindred_json_parser *parser, const uint8_t *bytes, size_t count, int maximum_depth, size_t maximum_tokens, kindred_json_tape *tape) {
    if (count == 0 || count > UINT32_MAX / 2) return -1;
    try {
        parser->tokens.clear();
        parser->unescaped.clear();
        parser->keys.clear();
        if (!has_room(*parser, count)) return -1;
        if (parser->scanner->stage1(bytes, count, simdjson::stage1_mode::regular) != simdjson::SUCCESS) return -1;
        Walk walk{*parser, reinterpret_cast<const char *>(bytes), count, parser->scanner->structural_indexes.get(),
                  parser->scanner->n_structural_indexes, maximum_depth, maximum_tokens};
        if (!walk.document()) return -1;
        *tape = {parser->tokens.data(), parser->tokens.size(), parser->unescaped.data(), parser->unescaped.size()};
        return 0;
    } catch (const std::exception &) {
        return -1;
    }
}

namespace {

// The value of a member; `tokens` points to the object.
const kindred_json_token *member(
    const kindred_json_token *tokens, const kindred_json_token *object, const uint8_t *bytes, const uint8_t *unescaped, const uint8_t *name,
    size_t name_count) {
    const kindred_json_token *key = object + 1;
    for (uint32_t member = 0; member < object->count; ++member) {
        const uint8_t *base = key->kind == KINDRED_JSON_STRING ? bytes : unescaped;
        if (key->count == name_count && (name_count == 0 || memcmp(base + key->offset, name, name_count) == 0)) return key + 1;
        key = tokens + key[1].next;
    }
    return nullptr;
}

const kindred_json_token *element(const kindred_json_token *tokens, const kindred_json_token *array, int64_t index) {
    if (index < 0) index += array->count;
    if (index < 0 || index >= int64_t(array->count)) return nullptr;
    const kindred_json_token *value = array + 1;
    for (; index > 0; --index) value = tokens + value->next;
    return value;
}

}  // namespace

long kindred_json_walk(
    const kindred_json_token *tokens, size_t index, const uint8_t *bytes, const uint8_t *unescaped, const kindred_json_step *steps,
    size_t step_count, const uint8_t *names, size_t *taken) {
    const kindred_json_token *at = tokens + index;
    size_t step = 0;
    for (; step < step_count && steps[step].kind != KINDRED_JSON_EVERY; ++step) {
        const kindred_json_step &current = steps[step];
        if (current.kind == KINDRED_JSON_NAME) {
            at = at->kind == KINDRED_JSON_OBJECT ? member(tokens, at, bytes, unescaped, names + current.value, current.count) : nullptr;
        } else {
            at = at->kind == KINDRED_JSON_ARRAY ? element(tokens, at, current.value) : nullptr;
        }
        if (at == nullptr) return -1;
    }
    *taken = step;
    return at - tokens;
}
