--- A person with Neovim: types into a policy, looks at what the server says, and takes what it offers.
---
--- Usage: nvim --headless --clean -c 'luafile server.lua', with the environment variables
--- GATEWRIGHT and GATEWRIGHT_LSP: the two programs,
--- FOLDER: a copy of examples/payments, which is changed.
---
--- This Neovim drives another one, which has nothing but the plugin: so keys are real, and waiting holds up nobody.
local here = vim.fn.fnamemodify(debug.getinfo(1, 'S').source:sub(2), ':p:h')
local plugin = vim.fn.fnamemodify(here, ':h')
local policy = vim.env.FOLDER .. '/payments.gate'
--- In milliseconds. A machine that has much else to do is no mistake of the server.
local PATIENCE = 30000

local channel

--- Runs Lua in the Neovim that is driven.
local function ask(code, ...)
  return vim.rpcrequest(channel, 'nvim_exec_lua', code, { ... })
end

--- Types keys, as a person does.
local function type_keys(keys)
  vim.rpcrequest(channel, 'nvim_input', keys)
end

local function command(text)
  vim.rpcrequest(channel, 'nvim_command', text)
end

local function lines()
  return vim.rpcrequest(channel, 'nvim_buf_get_lines', 0, 0, -1, false)
end

--- Waits until a function gives something, and gives that. `actual` shows what there is instead.
local function wait_for(what, found, actual)
  local result
  local there = vim.wait(PATIENCE, function()
    result = found()
    return result and true or false
  end, 50)
  if not there then
    error(what .. ' does not come; there is ' .. vim.inspect(actual and actual() or nil), 2)
  end
  return result
end

local function expect(what, actual, expected)
  if not vim.deep_equal(actual, expected) then
    error(('%s is\n%s\nnot\n%s'):format(what, vim.inspect(actual), vim.inspect(expected)), 2)
  end
end

--- The findings that the editor shows, in the order of the text.
local function shown()
  local found = ask [[
    local found = {}
    for _, finding in ipairs(vim.diagnostic.get(0)) do
      table.insert(found, { finding.lnum, finding.col, finding.end_lnum, finding.end_col, finding.message })
    end
    return found
  ]]
  table.sort(found, function(one, other)
    return one[1] < other[1] or one[1] == other[1] and one[2] < other[2]
  end)
  return found
end

local function step(text)
  io.stdout:write('  ', text, '\n')
end

--- Starts the Neovim that is driven, with the plugin and a server.
local function start(server)
  local arguments = { vim.v.progpath, '--embed', '--headless', '--clean', '-n', '--cmd', 'set rtp^=' .. plugin }
  vim.list_extend(arguments, { '--cmd', 'filetype plugin indent on', '--cmd', 'syntax on' })
  channel = vim.fn.jobstart(arguments, { rpc = true })
  ask(
    [[
      local server = ...
      told = {}
      vim.notify = function(message) table.insert(told, message) end
      -- Whoever is asked to choose takes what `choice` names.
      vim.ui.select = function(items, options, chosen)
        offered = {}
        for index, item in ipairs(items) do
          local title = (options.format_item or tostring)(item)
          table.insert(offered, title)
          if title == choice then
            chosen(item, index)
            return
          end
        end
        chosen(nil, nil)
      end
      require('gatewright').setup { cmd = { server }, settings = { gatewright = {} } }
    ]],
    server
  )
end

local function attached()
  return ask [[
    local get = vim.lsp.get_clients or function() return vim.tbl_values(vim.lsp.buf_get_clients(0)) end
    return #get { bufnr = 0 } > 0
  ]]
end

local function stop()
  vim.fn.jobstop(channel)
end

--- What `gatewright check` says about the policy on the disk, as the editor would show it.
local function checked()
  local text = vim.fn.system { vim.env.GATEWRIGHT, 'check', '--format', 'json', policy }
  local found = {}
  for _, finding in ipairs(vim.fn.json_decode(text).diagnostics) do
    local from, to = finding.start, finding['end']
    table.insert(found, { from.line - 1, from.column - 1, to.line - 1, to.column - 1, finding.message })
  end
  return found
end

local function diagnostics()
  step 'diagnostics, while a tool with a slip in its name is typed'
  command 'edit $FOLDER/payments.gate'
  expect('the file type', vim.rpcrequest(channel, 'nvim_get_option_value', 'filetype', {}), 'gate')
  wait_for('the client', attached)
  type_keys '10GA, create_refnd<Esc>'
  local found = wait_for('a finding', function()
    local found = shown()
    return #found > 0 and found
  end)
  command 'silent write'
  local expected = checked()
  expect('the number of findings', #found, #expected)
  for index, finding in ipairs(found) do
    local message = table.remove(finding)
    local right = table.remove(expected[index])
    expect('the place of a finding', finding, expected[index])
    expect('the message of a finding', message:sub(1, #right), right)
  end
  expect('the number of expected findings', #expected, 1)
end

local function code_action()
  step 'a code action: what was meant'
  type_keys '10G$'
  ask [[ choice = 'write `create_refund`'; vim.lsp.buf.code_action() ]]
  wait_for('the fix', function()
    return lines()[10] == 'allow get_*, list_*, create_refund'
  end, function()
    return { lines()[10], ask 'return offered' }
  end)
  wait_for('the end of the finding', function()
    return #shown() == 0
  end, shown)
end

local function completion()
  step 'completion of an argument'
  type_keys 'Gorequire   update_customer  with args.em'
  wait_for('the text', function()
    return lines()[#lines()]:match 'args%.em$'
  end, lines)
  type_keys '<C-x><C-o>'
  wait_for('the argument', function()
    return lines()[#lines()]:match 'args%.email$'
  end, function()
    return { lines()[#lines()], vim.rpcrequest(channel, 'nvim_call_function', 'complete_info', {}) }
  end)
  type_keys ' exists<Esc>'
  wait_for('the end of typing', function()
    return vim.rpcrequest(channel, 'nvim_get_mode').mode == 'n'
  end)
  expect('the completed line', lines()[#lines()], 'require   update_customer  with args.email exists')
end

local function formatting()
  step 'formatting'
  ask [[ if vim.lsp.buf.format then vim.lsp.buf.format() else vim.lsp.buf.formatting_sync(nil, 10000) end ]]
  expect('the formatted line', lines()[#lines()], 'require update_customer with args.email exists')
end

local function rename()
  step 'renaming a group'
  type_keys '7G0/money<CR>'
  wait_for('the cursor at the group', function()
    return vim.rpcrequest(channel, 'nvim_get_current_line'):match '^group money'
  end, function()
    return { vim.rpcrequest(channel, 'nvim_get_current_line'), vim.rpcrequest(channel, 'nvim_get_mode') }
  end)
  ask [[ vim.lsp.buf.rename('funds') ]]
  wait_for('the new name', function()
    return table.concat(lines(), '\n'):match '\ngroup funds ='
  end)
end

local function hover()
  step 'hover over a tool'
  type_keys '/create_payout<CR>'
  ask [[ vim.lsp.buf.hover() ]]
  local text = wait_for('the window of the hover', function()
    local text = ask [[
      for _, window in ipairs(vim.api.nvim_list_wins()) do
        if vim.api.nvim_win_get_config(window).relative ~= '' then
          return table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), '\n')
        end
      end
      return ''
    ]]
    return text ~= '' and text
  end, function()
    return ask 'return told'
  end)
  for _, word in ipairs { 'create_payout', 'financial' } do
    if not text:find(word, 1, true) then
      error(('the hover does not say `%s`:\n%s'):format(word, text))
    end
  end
end

--- The whole text after all of it.
local function compare(before)
  step 'the buffer is what it should be'
  local expected = {}
  for number, line in ipairs(before) do
    line = number == 10 and line .. ', create_refund' or line
    line = line:gsub('^group money', 'group funds'):gsub('@money', '@funds')
    table.insert(expected, line)
  end
  table.insert(expected, 'require update_customer with args.email exists')
  local actual = lines()
  for number = 1, math.max(#expected, #actual) do
    expect('line ' .. number, actual[number], expected[number])
  end
end

local function policy_json()
  step 'policy.json'
  command 'silent write'
  command 'edit $FOLDER/policy.json'
  wait_for('the client', attached)
  command [[silent %s/"default": "deny"/"default": "dent"/]]
  local found = wait_for('a finding', function()
    local found = shown()
    return #found > 0 and found
  end)
  if not found[1][5]:find('dent', 1, true) then
    error('the finding is ' .. vim.inspect(found))
  end
end

--- One server looks after all policies below the nearest `.git` or gatewright.toml.
local function root()
  step 'a policy further down, in the same server'
  command 'silent write'
  vim.fn.mkdir(vim.env.FOLDER .. '/.git')
  vim.fn.mkdir(vim.env.FOLDER .. '/further/down', 'p')
  command 'edit $FOLDER/further/down/other.gate'
  wait_for('the client', attached)
  expect('the number of servers', ask 'return #(vim.lsp.get_clients or vim.lsp.get_active_clients)()', 1)
end

--- Without the server there are colours and one message that says what to do.
local function missing()
  step 'a missing server'
  start 'no-such-gatewright-lsp'
  command 'edit $FOLDER/payments.gate'
  command 'edit $FOLDER/policy.json'
  local told = wait_for('the message', function()
    local told = ask 'return told'
    return #told > 0 and told
  end)
  expect('the number of messages', #told, 1)
  for _, word in ipairs { 'no-such-gatewright-lsp', 'cargo install', 'setup' } do
    if not told[1]:find(word, 1, true) then
      error(('the message does not say `%s`: %s'):format(word, told[1]))
    end
  end
  stop()
end

local function run()
  local before = vim.fn.readfile(policy)
  missing()
  start(vim.env.GATEWRIGHT_LSP)
  diagnostics()
  code_action()
  completion()
  formatting()
  rename()
  hover()
  compare(before)
  policy_json()
  root()
  stop()
end

local fine, message = xpcall(run, debug.traceback)
if not fine then
  io.stderr:write('error: ', tostring(message), '\n')
end
vim.cmd(fine and 'qall!' or 'cquit!')
