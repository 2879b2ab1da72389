#pragma once
// Debian's libxml2 headers pull in ICU's, which clash with the ICU inside Foundation.
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED
#include <iconv.h>
#include <libxml/HTMLparser.h>
#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/tree.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

// Why a document was stopped, kept in the parser context's `_private` by the SAX callbacks below.
typedef struct {
    int has_doctype;
    // Elements and attributes so far, and how many are allowed.
    long nodes;
    long maximum_nodes;
} kindred_xml_guard;

static void kindred_xml_refuse_doctype(void *context, const xmlChar *name, const xmlChar *external, const xmlChar *system) {
    (void)name; (void)external; (void)system;
    xmlParserCtxtPtr parser = (xmlParserCtxtPtr)context;
    ((kindred_xml_guard *)parser->_private)->has_doctype = 1;
    xmlStopParser(parser);
}

static void kindred_xml_start_element(
    void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int namespace_count, const xmlChar **namespaces,
    int attribute_count, int defaulted_count, const xmlChar **attributes) {
    xmlParserCtxtPtr parser = (xmlParserCtxtPtr)context;
    kindred_xml_guard *guard = (kindred_xml_guard *)parser->_private;
    guard->nodes += 1 + attribute_count + namespace_count;
    if (guard->nodes > guard->maximum_nodes) {
        xmlStopParser(parser);
        return;
    }
    xmlSAX2StartElementNs(context, name, prefix, uri, namespace_count, namespaces, attribute_count, defaulted_count, attributes);
}

// A parser that stops at a DOCTYPE before anything in it is declared, and at more nodes than the guard allows.
static inline xmlParserCtxtPtr kindred_xml_new_parser(kindred_xml_guard *guard) {
    xmlParserCtxtPtr parser = xmlNewParserCtxt();
    if (parser == NULL) return NULL;
    parser->_private = guard;
    parser->sax->internalSubset = kindred_xml_refuse_doctype;
    parser->sax->startElementNs = kindred_xml_start_element;
    return parser;
}

// NONET, NOERROR and NOWARNING only: NOENT, DTDLOAD, DTDATTR, XINCLUDE and HUGE would open files, the network or memory.
// The text is already UTF-8, whatever its declaration says (IGNORE_ENC); BIG_LINES counts beyond 65,535.
static inline xmlDocPtr kindred_xml_parse(xmlParserCtxtPtr parser, const char *bytes, int count) {
    return xmlCtxtReadMemory(
        parser, bytes, count, NULL, "UTF-8",
        XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_IGNORE_ENC | XML_PARSE_BIG_LINES);
}

// `xmlFree` is a global function pointer, which Swift 6 refuses as shared mutable state.
static inline void kindred_xml_free(void *pointer) { xmlFree(pointer); }

static void kindred_xml_ignore_error(void *user, xmlErrorPtr error) { (void)user; (void)error; }

// An XPath context that keeps its errors to itself (`lastError`) and stops runaway expressions.
static inline xmlXPathContextPtr kindred_xpath_new_context(xmlDocPtr document) {
    xmlXPathContextPtr context = xmlXPathNewContext(document);
    if (context == NULL) return NULL;
    context->error = kindred_xml_ignore_error;
    context->opLimit = 50000000;
    return context;
}
