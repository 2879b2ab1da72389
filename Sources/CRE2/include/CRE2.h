#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// RE2 behind C functions: regular expressions over UTF-8, matched in time linear in the length of the text.
typedef struct kindred_re2 kindred_re2;

// A group's place in the text in bytes; `start` is -1 for a group that took no part.
typedef struct {
    int64_t start;
    int64_t end;
} kindred_re2_span;

// NULL only when memory runs out. What is wrong with the pattern is asked for with kindred_re2_error.
// A compiled pattern may be used by any number of threads at once.
kindred_re2 *kindred_re2_create(const char *pattern, size_t count);
void kindred_re2_destroy(kindred_re2 *pattern);

// NULL for a pattern that is right; else RE2's words, and in `argument` the part of the pattern that they are about.
const char *kindred_re2_error(const kindred_re2 *pattern, const char **argument, size_t *argument_count);

// How many instructions the pattern was compiled to. Matching may take so many steps for each byte of a text.
int kindred_re2_size(const kindred_re2 *pattern);

// The number of groups in parentheses, without the whole match.
int kindred_re2_groups(const kindred_re2 *pattern);

// The number of the group `(?P<name>…)`, or -1.
int kindred_re2_group_named(const kindred_re2 *pattern, const char *name, size_t count);

// Looks for the first match at or after `from`, and writes the places of the whole match and of the groups after it.
bool kindred_re2_find(
    const kindred_re2 *pattern, const char *text, size_t count, size_t from, kindred_re2_span *spans, int span_count);

#ifdef __cplusplus
}
#endif
