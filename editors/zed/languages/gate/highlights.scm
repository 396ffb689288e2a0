; No two patterns fit the same node, so their order does not matter.

(comment) @comment

["manifest" "include" "default" "group" "classify" "rate" "require" "approve" "hide" "budget" "tool" "policy" "test" "assert"] @keyword
(allow_statement "allow" @keyword)
(deny_statement "deny" @keyword)
(verdict ["allow" "deny"] @keyword)
(default_statement decision: _ @constant)

["with" "when" "unless" "having" "except" "because" "as" "call" "at" "times" "by"] @keyword

["and" "or" "not" "in" "contains" "matches" "exists" "missing"] @keyword
["==" "!=" "<" "<=" ">" ">=" "=" "->"] @operator

[(name) (glob)] @function
(selectors (string) @function)
(except (string) @function)
(all) @constant

(group_statement name: (group_name) @type)
(class) @enum
((set) @enum
  (#any-of? @enum "@tools" "@read" "@write" "@execute" "@destructive" "@financial" "@critical"))
((set) @type
  (#not-any-of? @type "@tools" "@read" "@write" "@execute" "@destructive" "@financial" "@critical"))

[(rate) (number) (time)] @number
[(true) (false)] @boolean
(null) @constant

(args) @variable.special
(key) @property
(path (string) @property)
(member key: (string) @property)

(counter_name) @label
(counter_clause (string) @label)
(by_clause (string) @label)

(manifest_statement (string) @string)
(include_statement (string) @string)
(policy_statement (string) @string)
(test_block (string) @string)
(reason (string) @string)
(test value: (string) @string)
(list (string) @string)
(member value: (string) @string)
(test pattern: (string) @string.regex)
(escape_sequence) @string.escape

["{" "}" "[" "]" "(" ")"] @punctuation.bracket
["," "." ":"] @punctuation.delimiter
