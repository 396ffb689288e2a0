(rules "}" @end) @indent
(steps "}" @end) @indent
(list "]" @end) @indent
(object "}" @end) @indent
(parenthesized_condition ")" @end) @indent
