[
  (rules)
  (list)
  (object)
  (parenthesized_condition)
] @fold
