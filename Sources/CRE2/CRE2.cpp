#include "CRE2.h"

#include <re2/re2.h>

#include <limits>
#include <new>
#include <string>

struct kindred_re2 {
    RE2 expression;

    kindred_re2(const re2::StringPiece &pattern, const RE2::Options &options) : expression(pattern, options) {}
};

namespace {
// More groups than anybody writes by hand; the places of all of them lie on the stack.
constexpr int maximum_spans = 64;
}  // namespace

extern "C" kindred_re2 *kindred_re2_create(const char *pattern, size_t count) {
    RE2::Options options;
    options.set_log_errors(false);
    // A pattern that needs more, such as ((a{1000}){1000}), is refused as too large.
    options.set_max_mem(8 << 20);
    return new (std::nothrow) kindred_re2(re2::StringPiece(pattern, count), options);
}

extern "C" void kindred_re2_destroy(kindred_re2 *pattern) { delete pattern; }

extern "C" const char *kindred_re2_error(const kindred_re2 *pattern, const char **argument, size_t *argument_count) {
    if (pattern->expression.ok()) return nullptr;
    *argument = pattern->expression.error_arg().data();
    *argument_count = pattern->expression.error_arg().size();
    return pattern->expression.error().c_str();
}

extern "C" int kindred_re2_size(const kindred_re2 *pattern) { return pattern->expression.ProgramSize(); }

extern "C" int kindred_re2_groups(const kindred_re2 *pattern) { return pattern->expression.NumberOfCapturingGroups(); }

extern "C" int kindred_re2_group_named(const kindred_re2 *pattern, const char *name, size_t count) {
    const auto &names = pattern->expression.NamedCapturingGroups();
    const auto found = names.find(std::string(name, count));
    return found == names.end() ? -1 : found->second;
}

extern "C" bool kindred_re2_find(
    const kindred_re2 *pattern, const char *text, size_t count, size_t from, kindred_re2_span *spans, int span_count) {
    if (span_count > maximum_spans) span_count = maximum_spans;
    re2::StringPiece groups[maximum_spans];
    const re2::StringPiece subject(text, count);
    if (!pattern->expression.Match(subject, from, count, RE2::UNANCHORED, groups, span_count)) return false;
    for (int index = 0; index < span_count; index++) {
        const char *start = groups[index].data();
        spans[index].start = start ? start - text : -1;
        spans[index].end = start ? start - text + static_cast<int64_t>(groups[index].size()) : -1;
    }
    return true;
}
