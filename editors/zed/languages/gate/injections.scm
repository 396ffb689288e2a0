((test pattern: (string (string_content) @injection.content))
  (#set! injection.language "regex"))
