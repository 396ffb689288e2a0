" Indentation of the Gatewright language, as its formatter writes it.
if exists('b:did_indent')
  finish
endif
let b:did_indent = 1

setlocal indentexpr=GateIndent(v:lnum) autoindent
setlocal indentkeys=0{,0},0],0),!^F,o,O,0=when,0=unless,0=with,0=having,0=except,0=because,0=->,0=and,0=or
let b:undo_indent = 'setlocal indentexpr< autoindent< indentkeys<'

if exists('*GateIndent')
  finish
endif

let s:statement = '^\s*\%(allow\|approve\|assert\|budget\|classify\|default\|deny\|group\|hide\|include\|manifest\|policy\|rate'
      \ . '\|require\|test\|tool\)\>'
let s:clause = '^\s*\%(when\|unless\|with\|having\|except\|because\|as\)\>'
let s:goes_on = '\%([,=<>]\|\<\%(when\|unless\|with\|having\|except\|because\|as\|and\|or\|not\|in\)\)\s*$'

" A line without its strings and its comment.
function! s:Bare(number) abort
  let l:bare = substitute(getline(a:number), '"\%([^"\\]\|\\.\)*"', '""', 'g')
  return substitute(l:bare, '#.*$', '', '')
endfunction

" The line above that begins a statement, 0 if there is none. A statement word at the head of a line always begins one.
function! s:Start(number) abort
  let l:number = a:number - 1
  while l:number > 0 && getline(l:number) !~# s:statement
    let l:number -= 1
  endwhile
  return l:number
endfunction

" What stands between the start of a statement and a line: the lines of the brackets that are open, and the line that closes
" the block around the statement, 0 if none does.
function! s:Brackets(start, end) abort
  let l:open = []
  let l:closed = 0
  for l:number in range(a:start, a:end - 1)
    for l:bracket in split(substitute(s:Bare(l:number), '[^][(){}]', '', 'g'), '\zs')
      if l:bracket =~# '[[({]'
        call add(l:open, l:number)
      elseif !empty(l:open)
        call remove(l:open, -1)
      else
        let l:closed = l:number
      endif
    endfor
  endfor
  return [l:open, l:closed]
endfunction

" The nearest line above that holds more than a comment.
function! s:Above(number) abort
  let l:number = a:number - 1
  while l:number > 0 && s:Bare(l:number) =~# '^\s*$'
    let l:number -= 1
  endwhile
  return l:number
endfunction

" The line of a statement with which its condition begins.
function! s:Condition(start, number) abort
  let l:number = a:number - 1
  while l:number > a:start && getline(l:number) !~# '^\s*\%(when\|unless\|with\)\>'
    let l:number -= 1
  endwhile
  return l:number
endfunction

" The line above that begins a call of a test.
function! s:Call(number) abort
  let l:number = a:number - 1
  while l:number > 0 && getline(l:number) !~# '^\s*call\>'
    let l:number -= 1
  endwhile
  return l:number
endfunction

function! GateIndent(number) abort
  let l:start = s:Start(a:number)
  if l:start == 0
    return 0
  endif
  let [l:open, l:closed] = s:Brackets(l:start, a:number)
  let l:line = getline(a:number)
  let l:base = l:closed > 0 ? indent(l:closed) : indent(l:start)
  if l:line =~# s:statement
    let l:in_block = !empty(l:open) && getline(l:start) =~# '^\s*tool\>'
    return l:in_block ? indent(l:open[0]) + shiftwidth() : l:base
  elseif l:line =~# '^\s*[])}]'
    return empty(l:open) ? max([l:base - shiftwidth(), 0]) : indent(l:open[-1])
  elseif !empty(l:open) && getline(l:start) =~# '^\s*test\>' && l:line =~# '^\s*\%(->\|because\>\)'
    return indent(s:Call(a:number)) + shiftwidth()
  elseif !empty(l:open)
    return indent(l:open[-1]) + shiftwidth()
  elseif l:closed > 0 || l:line =~# '^\s*{'
    return l:base
  elseif l:line =~# s:clause
    return l:base + shiftwidth()
  elseif l:line =~# '^\s*\%(and\|or\)\>'
    return indent(s:Condition(l:start, a:number)) + shiftwidth()
  endif
  let l:above = s:Above(a:number)
  if s:Bare(l:above) =~# s:goes_on
    let l:deeper = l:above == l:start || getline(l:above) =~# s:clause && s:Bare(l:above) !~# ',\s*$'
    return indent(l:above) + (l:deeper ? shiftwidth() : 0)
  endif
  return l:line =~# '^\s*\d\+/' ? l:base + shiftwidth() : l:base
endfunction
