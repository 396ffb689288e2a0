(group_statement name: (group_name) @name) @definition.constant

(set (group_name) @name) @reference.constant

(tool_block tools: (selectors) @name) @definition.class
