(tool_block (rules) @class.inside) @class.around
(comment) @comment.inside
(comment)+ @comment.around
