// Where a statement ends.
//
// A statement ends with its line unless the next line that holds more than a comment goes on with it. The parser asks
// here only where a statement could end; behind a comma or inside brackets it never asks. Comments are taken by the
// parser, one after the other, and it asks again behind each of them: so no text is looked at twice, and there is no
// state to keep.

#include <stdbool.h>
#include <string.h>

#include "tree_sitter/parser.h"

enum TokenType {
    END_OF_STATEMENT,
    // Never in the grammar: that the parser asks for it means that it tries anything to get over a mistake.
    ERROR_SENTINEL,
};

static bool is_digit(int32_t character) {
    return character >= '0' && character <= '9';
}

// The characters of tool names and globs. What of them follows a word makes it another word.
static bool is_name_character(int32_t character) {
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') || character == '_' ||
           (character >= '-' && character <= ':') || character == '*' || character == '?';
}

// Whether what follows is a number and a slash, as in `30/minute`.
static bool is_rate(TSLexer *lexer) {
    while (is_digit(lexer->lookahead)) {
        lexer->advance(lexer, false);
    }
    return lexer->lookahead == '/';
}

// Whether what follows is a word with which a line goes on with the statement before it.
static bool is_clause(TSLexer *lexer) {
    // The longest of them has seven letters.
    static const char words[][8] = {"when", "unless", "with", "having", "except", "because", "as", "and", "or", "by"};
    char word[8] = {0};
    size_t length = 0;
    while (is_name_character(lexer->lookahead)) {
        if (length == sizeof word - 1) {
            return false;
        }
        word[length++] = (char)lexer->lookahead;
        lexer->advance(lexer, false);
    }
    for (size_t index = 0; index < sizeof words / sizeof words[0]; index++) {
        if (strcmp(word, words[index]) == 0) {
            return true;
        }
    }
    return false;
}

void *tree_sitter_gate_external_scanner_create(void) {
    return NULL;
}

void tree_sitter_gate_external_scanner_destroy(void *payload) {
    (void)payload;
}

unsigned tree_sitter_gate_external_scanner_serialize(void *payload, char *buffer) {
    (void)payload;
    (void)buffer;
    return 0;
}

void tree_sitter_gate_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
    (void)payload;
    (void)buffer;
    (void)length;
}

// Recognises the end of a statement: an empty token right before what follows the statement.
bool tree_sitter_gate_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid_symbols) {
    (void)payload;
    if (!valid_symbols[END_OF_STATEMENT]) {
        return false;
    }
    // While the parser gets over a mistake, empty tokens do not count: there the end of a statement is the blanks before
    // the next one. It makes the parser look for a statement word, which it would else take for a name.
    bool is_recovering = valid_symbols[ERROR_SENTINEL];
    bool on_new_line = false;
    while (lexer->lookahead == ' ' || lexer->lookahead == '\t' || lexer->lookahead == '\r' ||
           lexer->lookahead == '\n' || lexer->lookahead == 0xfeff) {
        on_new_line = on_new_line || lexer->lookahead == '\n';
        lexer->advance(lexer, !is_recovering);
    }
    lexer->mark_end(lexer);
    lexer->result_symbol = END_OF_STATEMENT;
    if (lexer->eof(lexer) || lexer->lookahead == '}') {
        return !is_recovering;
    }
    if (!on_new_line || lexer->lookahead == '#') {
        return false;
    }
    return is_digit(lexer->lookahead) ? !is_rate(lexer) : !is_clause(lexer);
}
