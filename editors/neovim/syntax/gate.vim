" Colours of the Gatewright language without a tree-sitter parser.
if exists('b:current_syntax')
  finish
endif

" Words are looked at as the language does, whatever the buffer's iskeyword is.
syntax iskeyword @,48-57,_,-,.,/,:,*,?

syntax case match

" What stands where no other item fits is a tool.
syntax match gateTool "\<[A-Za-z0-9_./:*?-]\+\>"
syntax match gateTool "[A-Za-z0-9_./:*?-]*[*?][A-Za-z0-9_./:*?-]*"

syntax match gateNumber "-\?\<\d[0-9.]*\%([eE][+-]\?\d\+\)\?\>"
syntax match gateRate "\<\d\+/\%(minute\|hour\|day\)\>"

" An argument, with keys in quotes and bare ones.
syntax match gateArgument +args\%(\.\%([A-Za-z_][A-Za-z0-9_]*\|"\%([^"\\]\|\\.\)*"\)\)\++ contains=gateArgs,gateKey
syntax match gateArgs +args\ze\.+ contained
syntax match gateKey +\.\zs\%([A-Za-z_][A-Za-z0-9_]*\|"\%([^"\\]\|\\.\)*"\)+ contained

" Matches, not keywords, because a group, a counter or a decision may be called so.
syntax match gateStatement "\<\%(allow\|approve\|budget\|classify\|default\|deny\|group\|hide\)\>"
syntax match gateStatement "\<\%(assert\|include\|manifest\|policy\|rate\|require\|test\|tool\)\>"
syntax match gateStatement "\%(^\s*\|{\s*\)\@<=\%(at\|call\)\>\ze\s"
syntax match gateReserved "\<\%(let\|if\|else\)\>"
syntax match gateClause "\<\%(as\|because\|except\|having\|unless\|when\|with\)\>"
syntax match gateOperator "\<\%(and\|contains\|exists\|in\|matches\|missing\|not\|or\)\>"
syntax match gateConstant "\<\%(all\|null\)\>"
syntax match gateBoolean "\<\%(true\|false\)\>"
syntax match gateOperator "[=!<>]=\|[<>=]"
syntax match gateOperator "->"
syntax match gateClause "\%(\d\s\+\)\@<=times\>"
syntax match gateClause "\%(->\s\+rate\s\+\)\@<=by\>"

syntax match gateSet "@[A-Za-z_][A-Za-z0-9_]*"
syntax match gateClassSet "@\%(tools\|read\|write\|execute\|destructive\|financial\|critical\)\>"
" A name of the author's own may be any word.
syntax match gateGroup "\%(\<group\s\+\)\@<=[A-Za-z_][A-Za-z0-9_]*"
syntax match gateDecision "\%(\<default\s\+\)\@<=\%(allow\|deny\)\>"
syntax match gateCounter "\%(\<as\s\+\)\@<=\%([A-Za-z0-9_./:*?-]\|{tool}\|{window}\)\+"
syntax match gateClassName "\%(\<as\s\+\)\@<=\%(read\|write\|execute\|destructive\|financial\)\>"

syntax region gateString start=+"+ skip=+\\.+ end=+"\|$+ contains=gateEscape oneline
syntax match gateEscape "\\\%(u\x\{4}\|.\)" contained
syntax match gateComment "#.*$" contains=gateTodo,gateSuppression,@Spell
syntax match gateSuppression "gatewright:\s*\%(allow\|expect\)[^#]*" contained
syntax keyword gateTodo contained TODO FIXME XXX NOTE

syntax region gateFold start="{" end="}" transparent fold
syntax sync minlines=200

highlight default link gateTool Function
highlight default link gateNumber Number
highlight default link gateRate Number
highlight default link gateArgument Identifier
highlight default link gateArgs Special
highlight default link gateKey Identifier
highlight default link gateStatement Statement
highlight default link gateReserved Error
highlight default link gateClause Keyword
highlight default link gateOperator Operator
highlight default link gateConstant Constant
highlight default link gateBoolean Boolean
highlight default link gateSet Type
highlight default link gateClassSet Special
highlight default link gateGroup Type
highlight default link gateDecision Constant
highlight default link gateCounter Label
highlight default link gateClassName Special
highlight default link gateString String
highlight default link gateEscape SpecialChar
highlight default link gateComment Comment
highlight default link gateSuppression PreProc
highlight default link gateTodo Todo

let b:current_syntax = 'gate'
