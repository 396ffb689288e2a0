" How a policy in the Gatewright language is edited.
if exists('b:did_ftplugin')
  finish
endif
let b:did_ftplugin = 1

setlocal commentstring=#\ %s comments=:#
" A comment goes on when its line is broken, and only then.
setlocal formatoptions-=t formatoptions+=croql
" What the formatter writes.
setlocal expandtab shiftwidth=4 softtabstop=4 textwidth=100
" The characters of tools' names, so that one name is one word.
setlocal iskeyword=@,48-57,_,-,.,/,:
setlocal suffixesadd=.gate

let b:undo_ftplugin = 'setlocal commentstring< comments< formatoptions< expandtab< shiftwidth< softtabstop<'
      \ . ' textwidth< iskeyword< suffixesadd<'

" With a parser at hand, colours come from the tree instead of the syntax file.
if has('nvim-0.11') && !empty(nvim_get_runtime_file('parser/gate.so', v:false))
  lua vim.treesitter.start()
endif
