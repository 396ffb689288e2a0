[
  (rules)
  (steps)
  (list)
  (object)
  (parenthesized_condition)
] @fold
