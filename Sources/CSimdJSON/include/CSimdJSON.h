#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// A JSON document as a flat list of tokens: values in document order, each object as its members' keys and values, each
// array as its elements. simdjson finds where the tokens start.
typedef enum {
    KINDRED_JSON_NULL,
    KINDRED_JSON_TRUE,
    KINDRED_JSON_FALSE,
    // A number whose text is in normal form: no exponent, no needless zero, at most 300 characters.
    KINDRED_JSON_PLAIN_NUMBER,
    // Any other number as it was written.
    KINDRED_JSON_NUMBER,
    // Text without escapes. Also the keys of an object.
    KINDRED_JSON_STRING,
    // Text that had escapes: it lies in `unescaped`.
    KINDRED_JSON_UNESCAPED_STRING,
    // `count` values follow.
    KINDRED_JSON_ARRAY,
    // `count` pairs of a string and a value follow.
    KINDRED_JSON_OBJECT,
} kindred_json_kind;

typedef struct {
    uint32_t kind;
    // Bytes of a number or string, elements of an array, members of an object.
    uint32_t count;
    // Where a number or string starts, in the document or in `unescaped`.
    uint32_t offset;
    // The index of the token behind this value and all that it holds.
    uint32_t next;
} kindred_json_token;

typedef struct {
    const kindred_json_token *tokens;
    size_t token_count;
    const uint8_t *unescaped;
    size_t unescaped_count;
} kindred_json_tape;

typedef struct kindred_json_parser kindred_json_parser;

// NULL when memory runs out. A parser is used by one thread at a time.
kindred_json_parser *kindred_json_create(void);
void kindred_json_destroy(kindred_json_parser *parser);

// Reads one document whose root is an object or an array. What the tape points to lives until the next call.
//
// Returns 0, or -1 when the document is not strict JSON (RFC 8259), has a duplicate key, a lone surrogate, an exponent of more
// than 6 digits, more than `maximum_depth` levels or more than `maximum_tokens` tokens, or when its root is a scalar: the
// caller's slow parser then says why and where.
int kindred_json_parse(
    kindred_json_parser *parser, const uint8_t *bytes, size_t count, int maximum_depth, size_t maximum_tokens, kindred_json_tape *tape);

typedef enum { KINDRED_JSON_NAME, KINDRED_JSON_INDEX, KINDRED_JSON_EVERY } kindred_json_step_kind;

// A step from a value to a part of it: to the member with the name of `count` bytes at `value` in the names, to the element at
// `value` (from the end when negative), or to everything on the next level.
typedef struct {
    uint32_t kind;
    uint32_t count;
    int64_t value;
} kindred_json_step;

// Goes from the token at `index` by names and indexes until a step leads to everything. Returns the index of the token that was
// reached, or -1 when there is nothing; `taken` becomes the number of steps that were gone.
long kindred_json_walk(
    const kindred_json_token *tokens, size_t index, const uint8_t *bytes, const uint8_t *unescaped, const kindred_json_step *steps,
    size_t step_count, const uint8_t *names, size_t *taken);

#ifdef __cplusplus
}
#endif
