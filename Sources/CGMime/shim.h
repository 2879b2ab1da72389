#pragma once
#include <stdint.h>
#include <gmime/gmime.h>

// Swift sees no macros, and so neither GObject's casts nor its questions about types.

static inline void kindred_mime_prepare(void) { g_mime_init(); }

// A message and the bytes that its parts are read from, which are the caller's.
typedef struct {
    GByteArray bytes;
    GMimeMessage *message;
} kindred_mail;

// NULL when GMime finds no message. Nothing of the bytes is copied: parts remember where they lie.
static inline kindred_mail *kindred_mail_parse(const uint8_t *bytes, uint32_t count) {
    kindred_mail *mail = g_new0(kindred_mail, 1);
    mail->bytes.data = (guint8 *)bytes;
    mail->bytes.len = count;
    GMimeStream *stream = g_mime_stream_mem_new_with_byte_array(&mail->bytes);
    g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    g_object_unref(stream);
    g_mime_parser_set_persist_stream(parser, TRUE);
    mail->message = g_mime_parser_construct_message(parser, NULL);
    g_object_unref(parser);
    if (mail->message != NULL) return mail;
    g_free(mail);
    return NULL;
}

static inline void kindred_mail_free(kindred_mail *mail) {
    g_object_unref(mail->message);
    g_free(mail);
}

static inline GMimeObject *kindred_mail_head(kindred_mail *mail) { return GMIME_OBJECT(mail->message); }
static inline GMimeObject *kindred_mail_body(kindred_mail *mail) { return g_mime_message_get_mime_part(mail->message); }

typedef enum { kindred_mime_leaf, kindred_mime_multipart, kindred_mime_message } kindred_mime_kind;

static inline kindred_mime_kind kindred_mime_kind_of(GMimeObject *object) {
    if (GMIME_IS_MULTIPART(object)) return kindred_mime_multipart;
    if (GMIME_IS_MESSAGE_PART(object)) return kindred_mime_message;
    return kindred_mime_leaf;
}

static inline int kindred_mime_count(GMimeObject *object) { return g_mime_multipart_get_count(GMIME_MULTIPART(object)); }
static inline GMimeObject *kindred_mime_child(GMimeObject *object, int index) {
    return g_mime_multipart_get_part(GMIME_MULTIPART(object), index);
}

// The header and the body of a message within a message; NULL when it is empty.
static inline GMimeObject *kindred_mime_inner_head(GMimeObject *object) {
    GMimeMessage *message = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
    return message == NULL ? NULL : GMIME_OBJECT(message);
}
static inline GMimeObject *kindred_mime_inner_body(GMimeObject *object) {
    GMimeMessage *message = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
    return message == NULL ? NULL : g_mime_message_get_mime_part(message);
}

// How long the content is as it is written; -1 when there is none.
static inline int64_t kindred_mime_length(GMimeObject *object) {
    if (!GMIME_IS_PART(object)) return -1;
    GMimeDataWrapper *content = g_mime_part_get_content(GMIME_PART(object));
    GMimeStream *stream = content == NULL ? NULL : g_mime_data_wrapper_get_stream(content);
    return stream == NULL ? -1 : g_mime_stream_length(stream);
}

// Decodes base64 and the like from the part's first byte on: as much as there is room for. Gives the length of all of it.
static inline int64_t kindred_mime_decode(GMimeObject *object, uint8_t *into, int64_t room) {
    if (kindred_mime_length(object) < 0) return 0;
    GMimeDataWrapper *content = g_mime_part_get_content(GMIME_PART(object));
    GMimeStream *stream = g_mime_data_wrapper_get_stream(content);
    GMimeEncoding decoder;
    g_mime_encoding_init_decode(&decoder, g_mime_data_wrapper_get_encoding(content));
    g_mime_stream_reset(stream);
    char input[8192], output[2 * 8192];
    int64_t total = 0;
    ssize_t count;
    while ((count = g_mime_stream_read(stream, input, sizeof input)) > 0) {
        size_t made = g_mime_encoding_step(&decoder, input, (size_t)count, output);
        int64_t kept = total >= room ? 0 : (int64_t)made < room - total ? (int64_t)made : room - total;
        if (kept > 0) memcpy(into + total, output, (size_t)kept);
        total += (int64_t)made;
    }
    return total;
}

static inline GMimeHeader *kindred_mime_header(GMimeObject *object, int index) {
    return g_mime_header_list_get_header_at(g_mime_object_get_header_list(object), index);
}
static inline int kindred_mime_header_count(GMimeObject *object) {
    return g_mime_header_list_get_count(g_mime_object_get_header_list(object));
}

static inline const char *kindred_mime_type(GMimeObject *object) {
    return g_mime_content_type_get_media_type(g_mime_object_get_content_type(object));
}
static inline const char *kindred_mime_subtype(GMimeObject *object) {
    return g_mime_content_type_get_media_subtype(g_mime_object_get_content_type(object));
}
static inline const char *kindred_mime_type_parameter(GMimeObject *object, const char *name) {
    return g_mime_content_type_get_parameter(g_mime_object_get_content_type(object), name);
}

// Addresses with the groups opened. To be freed with g_object_unref.
static inline InternetAddressList *kindred_addresses_parse(const char *text) { return internet_address_list_parse(NULL, text); }
static inline void kindred_addresses_free(InternetAddressList *list) { g_object_unref(list); }
// NULL for a mailbox.
static inline InternetAddressList *kindred_address_members(InternetAddress *address) {
    return INTERNET_ADDRESS_IS_GROUP(address) ? internet_address_group_get_members(INTERNET_ADDRESS_GROUP(address)) : NULL;
}
static inline const char *kindred_address_mailbox(InternetAddress *address) {
    return INTERNET_ADDRESS_IS_MAILBOX(address) ? internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(address)) : NULL;
}

// A parameter of a header such as Content-Disposition, by RFC 2231; to be freed with g_free.
static inline char *kindred_mime_parameter(const char *header, const char *name) {
    GMimeContentDisposition *parsed = g_mime_content_disposition_parse(NULL, header);
    if (parsed == NULL) return NULL;
    const char *value = g_mime_content_disposition_get_parameter(parsed, name);
    char *copy = value == NULL ? NULL : g_strdup(value);
    g_object_unref(parsed);
    return copy;
}

// Seconds since 1970 and the offset from UTC in seconds. 0 when it is no date.
static inline int kindred_mime_date(const char *text, int64_t *seconds, int32_t *offset) {
    GDateTime *date = g_mime_utils_header_decode_date(text);
    if (date == NULL) return 0;
    *seconds = g_date_time_to_unix(date);
    *offset = (int32_t)(g_date_time_get_utc_offset(date) / 1000000);
    g_date_time_unref(date);
    return 1;
}
