; A group is known in the whole file.
(source_file) @local.scope
(group_statement name: (group_name) @local.definition)
(set (group_name) @local.reference)
