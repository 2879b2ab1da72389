#include "CSimdJSON.h"

#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <vector>

namespace od = simdjson::ondemand;

struct kindred_json_parser {
    od::parser reader;
    std::vector<uint8_t> input;
    std::vector<kindred_json_token> tokens;
    // The keys of all objects that are open.
    std::vector<std::string_view> keys;
    std::vector<std::string_view> sorted;
    int maximum_depth = 0;
    size_t maximum_tokens = 0;
};

namespace {

bool walk(kindred_json_parser &parser, od::value value, int depth);

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

std::string_view without_trailing_space(std::string_view text) {
    auto is_space = [](char byte) { return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t'; };
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

// RFC 8259 §6: no leading zeros, a digit on either side of the point, digits in the exponent.
bool is_number(std::string_view text) {
    size_t at = 0;
    auto digits = [&] {
        size_t start = at;
        while (at < text.size() && is_digit(text[at])) ++at;
        return at - start;
    };
    if (at < text.size() && text[at] == '-') ++at;
    size_t first = at, count = digits();
    if (count == 0 || (count > 1 && text[first] == '0')) return false;
    if (at < text.size() && text[at] == '.') {
        ++at;
        if (digits() == 0) return false;
    }
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
        if (digits() == 0) return false;
    }
    return at == text.size();
}

bool push_number(kindred_json_parser &parser, std::string_view raw) {
    std::string_view text = without_trailing_space(raw);
    if (!is_number(text)) return false;
    bool negative = text[0] == '-';
    size_t digit_count = text.size() - negative;
    kindred_json_token token{};
    if (digit_count <= 18 && std::all_of(text.begin() + negative, text.end(), is_digit)) {
        int64_t integer = 0;
        for (size_t at = negative; at < text.size(); ++at) integer = integer * 10 + (text[at] - '0');
        token.kind = KINDRED_JSON_INTEGER;
        token.integer = negative ? -integer : integer;
    } else {
        token.kind = KINDRED_JSON_NUMBER;
        token.count = uint32_t(text.size());
        token.text = text.data();
    }
    parser.tokens.push_back(token);
    return true;
}

int hexadecimal(const char *digits) {
    int result = 0;
    for (int at = 0; at < 4; ++at) {
        char digit = digits[at];
        int value = is_digit(digit) ? digit - '0' : (digit | 0x20) - 'a' + 10;
        if (value < 0 || value > 15) return -1;
        result = result * 16 + value;
    }
    return result;
}

// simdjson 3.0 lets some lone surrogates pass. `raw` points behind the opening quote of a string that it has accepted.
bool surrogates_pair_up(const char *raw, size_t unescaped_count) {
    // Every escape is longer than what it stands for, so the first one lies within the unescaped length.
    if (unescaped_count == 0 || memchr(raw, '\\', unescaped_count) == nullptr) return true;
    for (const char *at = raw; *at != '"';) {
        if (*at != '\\') {
            ++at;
            continue;
        }
        if (at[1] != 'u') {
            at += 2;
            continue;
        }
        int unit = hexadecimal(at + 2);
        at += 6;
        if (unit < 0 || (unit >= 0xDC00 && unit <= 0xDFFF)) return false;
        if (unit >= 0xD800 && unit <= 0xDBFF) {
            if (at[0] != '\\' || at[1] != 'u') return false;
            int low = hexadecimal(at + 2);
            if (low < 0xDC00 || low > 0xDFFF) return false;
            at += 6;
        }
    }
    return true;
}

bool push_string(kindred_json_parser &parser, const char *raw, std::string_view text) {
    if (!surrogates_pair_up(raw, text.size())) return false;
    kindred_json_token token{};
    token.kind = KINDRED_JSON_STRING;
    token.count = uint32_t(text.size());
    token.text = text.data();
    parser.tokens.push_back(token);
    return true;
}

bool keys_differ(kindred_json_parser &parser, size_t first) {
    auto begin = parser.keys.begin() + long(first), end = parser.keys.end();
    if (end - begin <= 16) {
        for (auto one = begin; one != end; ++one)
            for (auto other = begin; other != one; ++other)
                if (*one == *other) return false;
        return true;
    }
    parser.sorted.assign(begin, end);
    std::sort(parser.sorted.begin(), parser.sorted.end());
    return std::adjacent_find(parser.sorted.begin(), parser.sorted.end()) == parser.sorted.end();
}

bool walk_object(kindred_json_parser &parser, od::object object, int depth) {
    size_t place = parser.tokens.size(), first_key = parser.keys.size();
    uint32_t count = 0;
    parser.tokens.push_back({KINDRED_JSON_OBJECT, 0, {nullptr}});
    for (auto result : object) {
        od::field field;
        if (std::move(result).get(field) != simdjson::SUCCESS) return false;
        const char *raw = field.key().raw();
        std::string_view key;
        if (field.unescaped_key().get(key) != simdjson::SUCCESS || !push_string(parser, raw, key)) return false;
        parser.keys.push_back(key);
        if (!walk(parser, field.value(), depth + 1)) return false;
        ++count;
    }
    if (!keys_differ(parser, first_key)) return false;
    parser.keys.resize(first_key);
    parser.tokens[place].count = count;
    return true;
}

bool walk_array(kindred_json_parser &parser, od::array array, int depth) {
    size_t place = parser.tokens.size();
    uint32_t count = 0;
    parser.tokens.push_back({KINDRED_JSON_ARRAY, 0, {nullptr}});
    for (auto result : array) {
        od::value element;
        if (std::move(result).get(element) != simdjson::SUCCESS || !walk(parser, element, depth + 1)) return false;
        ++count;
    }
    parser.tokens[place].count = count;
    return true;
}

bool walk(kindred_json_parser &parser, od::value value, int depth) {
    if (depth > parser.maximum_depth || parser.tokens.size() >= parser.maximum_tokens) return false;
    od::json_type type;
    if (value.type().get(type) != simdjson::SUCCESS) return false;
    switch (type) {
    case od::json_type::object: {
        od::object object;
        return value.get_object().get(object) == simdjson::SUCCESS && walk_object(parser, object, depth);
    }
    case od::json_type::array: {
        od::array array;
        return value.get_array().get(array) == simdjson::SUCCESS && walk_array(parser, array, depth);
    }
    case od::json_type::number:
        return push_number(parser, value.raw_json_token());
    case od::json_type::string: {
        const char *raw = value.raw_json_token().data() + 1;
        std::string_view text;
        return value.get_string().get(text) == simdjson::SUCCESS && push_string(parser, raw, text);
    }
    case od::json_type::boolean: {
        bool boolean;
        if (value.get_bool().get(boolean) != simdjson::SUCCESS) return false;
        parser.tokens.push_back({uint32_t(boolean ? KINDRED_JSON_TRUE : KINDRED_JSON_FALSE), 0, {nullptr}});
        return true;
    }
    case od::json_type::null:
        if (without_trailing_space(value.raw_json_token()) != "null") return false;
        parser.tokens.push_back({KINDRED_JSON_NULL, 0, {nullptr}});
        return true;
    }
    return false;
}

bool walk_document(kindred_json_parser &parser, size_t count) {
    od::document document;
    if (parser.reader.iterate(parser.input.data(), count, parser.input.size()).get(document) != simdjson::SUCCESS) return false;
    od::json_type type;
    if (document.type().get(type) != simdjson::SUCCESS) return false;
    if (type == od::json_type::object) {
        od::object object;
        if (document.get_object().get(object) != simdjson::SUCCESS || !walk_object(parser, object, 1)) return false;
    } else if (type == od::json_type::array) {
        od::array array;
        if (document.get_array().get(array) != simdjson::SUCCESS || !walk_array(parser, array, 1)) return false;
    } else {
        return false;
    }
    // There is a location only when something follows the root.
    const char *rest = nullptr;
    return document.current_location().get(rest) == simdjson::OUT_OF_BOUNDS;
}

}  // namespace

kindred_json_parser *kindred_json_create(void) { return new (std::nothrow) kindred_json_parser; }

void kindred_json_destroy(kindred_json_parser *parser) { delete parser; }

long kindred_json_parse(
    kindred_json_parser *parser, const uint8_t *bytes, size_t count, int maximum_depth, size_t maximum_tokens,
    const kindred_json_token **tokens) {
    if (count == 0 || count > UINT32_MAX / 2) return -1;
    try {
        parser->tokens.clear();
        parser->keys.clear();
        parser->maximum_depth = maximum_depth;
        parser->maximum_tokens = maximum_tokens;
        if (parser->input.size() < count + simdjson::SIMDJSON_PADDING) parser->input.resize(count + simdjson::SIMDJSON_PADDING);
        memcpy(parser->input.data(), bytes, count);
        memset(parser->input.data() + count, 0, simdjson::SIMDJSON_PADDING);
        if (!walk_document(*parser, count)) return -1;
        *tokens = parser->tokens.data();
        return long(parser->tokens.size());
    } catch (const std::exception &) {
        return -1;
    }
}
