--- The language server of Gatewright in Neovim, from version 0.7.2 on.
---
---     require('gatewright').setup {
---       cmd = { 'gatewright-lsp' },
---       settings = { gatewright = { ignore = { 'missing-reason' } } },
---       on_attach = function(client, buffer) end,
---     }
local M = {}

local defaults = {
  --- The program of the server, and its arguments.
  cmd = { 'gatewright-lsp' },
  --- What the server is told of a person's own wishes; docs/editors.md lists them.
  settings = { gatewright = {} },
  --- Called for each buffer that the server looks after.
  on_attach = nil,
  --- What the editor can do, where a plugin for completion adds to it.
  capabilities = nil,
}

--- What stands at the root of a project, the most telling first.
local markers = { 'gatewright.toml', '.git' }

local options = vim.deepcopy(defaults)
local has_told = false
--- The clients that run, by their root; only where Neovim does not look after that itself.
local clients = {}

--- Whether the server has something to say about a buffer: a policy, or the JSON that comes of one.
local function is_ours(buffer)
  if vim.bo[buffer].buftype ~= '' then
    return false
  end
  local name = vim.api.nvim_buf_get_name(buffer)
  local tail = name:match '[^/\\]+$' or ''
  return name ~= '' and (vim.bo[buffer].filetype == 'gate' or tail == 'policy.json' or tail:match '%.policy%.json$' ~= nil)
end

--- The nearest folder above a file that holds a marker; the file's own where none does.
local function root_of(file)
  local folder = vim.fn.fnamemodify(file, ':p:h')
  for _, marker in ipairs(markers) do
    local escaped = vim.fn.escape(folder, ' ,;*\\') .. ';'
    local found = vim.fn.findfile(marker, escaped)
    if found == '' then
      found = vim.fn.finddir(marker, escaped)
    end
    if found ~= '' then
      return vim.fn.fnamemodify(vim.fn.fnamemodify(found, ':p'):gsub('[/\\]$', ''), ':h')
    end
  end
  return folder
end

--- Says once that the server is not there, and what to do.
local function is_missing()
  if vim.fn.executable(options.cmd[1]) == 1 then
    return false
  end
  if not has_told then
    has_told = true
    local message = 'Gatewright: there is no program `%s`, so policies get colours only. Install it with '
      .. "`cargo install --path lsp` in a copy of Gatewright, or name it: require('gatewright').setup { cmd = { '…' } }"
    vim.notify(message:format(options.cmd[1]), vim.log.levels.WARN)
  end
  return true
end

--- What later versions of Neovim set by themselves.
local function attached(client, buffer)
  if vim.fn.has 'nvim-0.8' == 0 then
    vim.bo[buffer].omnifunc = 'v:lua.vim.lsp.omnifunc'
    vim.bo[buffer].tagfunc = 'v:lua.vim.lsp.tagfunc'
  end
  if options.on_attach then
    options.on_attach(client, buffer)
  end
end

local function configuration(root)
  return {
    name = 'gatewright',
    cmd = options.cmd,
    root_dir = root,
    workspace_folders = { { uri = vim.uri_from_fname(root), name = vim.fn.fnamemodify(root, ':t') } },
    settings = options.settings,
    capabilities = options.capabilities or vim.lsp.protocol.make_client_capabilities(),
    on_attach = attached,
    get_language_id = function(_, filetype)
      return filetype
    end,
    on_exit = function()
      clients[root] = nil
    end,
  }
end

--- Starts the server for a buffer, or lets the one that runs at the buffer's root look after it too.
function M.start(buffer)
  buffer = (buffer == nil or buffer == 0) and vim.api.nvim_get_current_buf() or buffer
  if not is_ours(buffer) or is_missing() then
    return
  end
  local root = root_of(vim.api.nvim_buf_get_name(buffer))
  if vim.lsp.start then
    -- Neovim 0.8 looks at the current buffer only.
    vim.api.nvim_buf_call(buffer, function()
      vim.lsp.start(configuration(root))
    end)
    return
  end
  clients[root] = clients[root] or vim.lsp.start_client(configuration(root))
  if clients[root] then
    vim.lsp.buf_attach_client(buffer, clients[root])
  end
end

--- From Neovim 0.11 on a server is configured by name, and a person's own `vim.lsp.config('gatewright', …)` adds to it.
local function enable()
  vim.lsp.config('gatewright', {
    cmd = options.cmd,
    filetypes = { 'gate', 'json' },
    settings = options.settings,
    capabilities = options.capabilities,
    on_attach = attached,
    root_dir = function(buffer, found)
      if is_ours(buffer) and not is_missing() then
        found(root_of(vim.api.nvim_buf_get_name(buffer)))
      end
    end,
  })
  vim.lsp.enable 'gatewright'
end

--- Has the server look after every policy that is open or will be.
function M.setup(given)
  options = vim.tbl_deep_extend('force', vim.deepcopy(defaults), given or {})
  has_told = false
  if vim.lsp.config and vim.lsp.enable then
    enable()
    return
  end
  vim.cmd [[
    augroup gatewright
      autocmd!
      autocmd FileType gate,json lua require('gatewright').start(tonumber(vim.fn.expand '<abuf>'))
    augroup END
  ]]
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(buffer) then
      M.start(buffer)
    end
  end
end

return M
