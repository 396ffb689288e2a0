(group_statement
  "group" @context
  name: (group_name) @name) @item

(tool_block
  "tool" @context
  tools: (selectors) @name) @item

(test_block
  "test" @context
  name: (string) @name) @item
