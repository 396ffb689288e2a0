[
  (rules)
  (steps)
  (list)
  (object)
  (parenthesized_condition)
] @indent

; The clauses of a statement that go over several lines.
[
  (group_statement)
  (classify_statement)
  (allow_statement)
  (rate_statement)
  (require_statement)
  (approve_statement)
  (deny_statement)
  (hide_statement)
  (budget_statement)
] @indent

["}" "]" ")"] @outdent
