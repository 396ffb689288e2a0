[
  (rules)
  (steps)
  (list)
  (object)
  (parenthesized_condition)
] @indent.begin

["}" "]" ")"] @indent.branch @indent.end

(comment) @indent.auto
