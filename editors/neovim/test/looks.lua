--- Colours and indentation, which need no server.
---
--- Run by a Neovim that has the plugin on its runtime path: `nvim --headless -c 'luafile looks.lua'`.
local here = vim.fn.fnamemodify(debug.getinfo(1, 'S').source:sub(2), ':p:h')
local root = vim.fn.fnamemodify(here, ':h:h:h')
local failures = {}

local function fail(...)
  table.insert(failures, string.format(...))
end

--- The syntax groups that show what a capture of the grammar shows.
local groups = {
  comment = { 'gateComment' },
  keyword = { 'gateStatement', 'gateClause' },
  ['keyword.operator'] = { 'gateOperator' },
  operator = { 'gateOperator' },
  ['function'] = { 'gateTool', 'gateString' },
  type = { 'gateSet', 'gateGroup' },
  ['type.builtin'] = { 'gateClassSet', 'gateClassName' },
  number = { 'gateNumber', 'gateRate' },
  boolean = { 'gateBoolean' },
  ['constant.builtin'] = { 'gateConstant', 'gateDecision' },
  ['variable.builtin'] = { 'gateArgs' },
  property = { 'gateKey', 'gateString' },
  label = { 'gateCounter', 'gateString' },
  string = { 'gateString' },
  ['string.regexp'] = { 'gateString' },
  ['string.escape'] = { 'gateEscape' },
}

--- The test of the grammar's colours serves here too: `#   ^ capture` speaks of the nearest line above that is none such.
local function colours(file)
  vim.cmd('edit ' .. vim.fn.fnameescape(file))
  local subject, tried = 0, 0
  for number, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
    local before, mark, capture = line:match '^(%s*#%s*)([%^<])%-?%s*([%w.]+)$'
    if not capture then
      subject = number
    elseif groups[capture] then
      local column = mark == '<' and #line:match '^%s*' + 1 or #before + 1
      local group = vim.fn.synIDattr(vim.fn.synID(subject, column, 1), 'name')
      tried = tried + 1
      if not vim.tbl_contains(groups[capture], group) then
        fail('%s:%d:%d is `%s`, not one of %s', file, subject, column, group, vim.inspect(groups[capture]))
      end
    end
  end
  if tried < 40 then
    fail('only %d colours were looked at', tried)
  end
  vim.cmd 'bwipeout!'
end

--- A policy whose indentation is taken away gets it back.
local function indentation(file)
  vim.cmd('edit ' .. vim.fn.fnameescape(file))
  local expected = vim.api.nvim_buf_get_lines(0, 0, -1, false)
  vim.bo.modifiable = true
  for number, line in ipairs(expected) do
    vim.fn.setline(number, (line:gsub('^ +', '')))
  end
  vim.cmd 'silent normal! gg=G'
  for number, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
    if line ~= expected[number] then
      fail('%s:%d is indented as\n%s\nnot as\n%s', file, number, line, expected[number])
    end
  end
  vim.cmd 'bwipeout!'
end

local function options(file)
  vim.cmd('edit ' .. vim.fn.fnameescape(file))
  for name, expected in pairs { filetype = 'gate', commentstring = '# %s', shiftwidth = 4, expandtab = true } do
    local value = vim.bo[name]
    if value ~= expected then
      fail('%s is %s, not %s', name, tostring(value), tostring(expected))
    end
  end
  vim.cmd 'bwipeout!'
end

local function run()
  colours(root .. '/editors/tree-sitter-gate/test/highlight/everything.gate')
  local files = vim.fn.globpath(root .. '/examples', '**/*.gate', false, true)
  if #files < 4 then
    fail('there are no examples')
  end
  for _, file in ipairs(files) do
    indentation(file)
  end
  options(files[1])
end

local fine, message = xpcall(run, debug.traceback)
if not fine then
  fail('%s', message)
end
for _, failure in ipairs(failures) do
  io.stderr:write('error: ', failure, '\n')
end
io.stdout:write(#failures == 0 and 'colours and indentation are right\n' or '')
vim.cmd(#failures == 0 and 'qall!' or 'cquit!')
