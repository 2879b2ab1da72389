#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// simdjson's On-Demand reader as a flat list of tokens: values in document order, each object as its members' keys and
// values, each array as its elements.
typedef enum {
    KINDRED_JSON_NULL,
    KINDRED_JSON_TRUE,
    KINDRED_JSON_FALSE,
    // A whole number of at most 18 digits, in `integer`.
    KINDRED_JSON_INTEGER,
    // Any other number as it was written: `text`, `count` bytes.
    KINDRED_JSON_NUMBER,
    // Unescaped UTF-8: `text`, `count` bytes. Also the keys of an object.
    KINDRED_JSON_STRING,
    // `count` values follow.
    KINDRED_JSON_ARRAY,
    // `count` pairs of a string and a value follow.
    KINDRED_JSON_OBJECT,
} kindred_json_kind;

typedef struct {
    uint32_t kind;
    uint32_t count;
    union {
        const char *text;
        int64_t integer;
    };
} kindred_json_token;

typedef struct kindred_json_parser kindred_json_parser;

// NULL when memory runs out. A parser is used by one thread at a time.
kindred_json_parser *kindred_json_create(void);
void kindred_json_destroy(kindred_json_parser *parser);

// Reads one document whose root is an object or an array. The tokens and what they point to live until the next call.
//
// Returns the number of tokens, or -1 when the document is not strict JSON (RFC 8259), has a duplicate key, a lone
// surrogate, more than `maximum_depth` levels or more than `maximum_tokens` tokens, or when its root is a scalar: the caller's
// slow parser then says why and where.
long kindred_json_parse(
    kindred_json_parser *parser, const uint8_t *bytes, size_t count, int maximum_depth, size_t maximum_tokens,
    const kindred_json_token **tokens);

#ifdef __cplusplus
}
#endif
