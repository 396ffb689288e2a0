; What stands behind `matches` is a regular expression, with its backslashes doubled as in every string of JSON.
((test pattern: (string (string_content) @injection.content))
  (#set! injection.language "regex")
  (#set! injection.include-children))

((comment) @injection.content
  (#set! injection.language "comment"))
