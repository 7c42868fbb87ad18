-- Opens a file in Neovim, sees a finding in it and applies the fix, as docs/editors.md describes:
--   KERASLINT=.venv/bin/keraslint nvim --headless -u NONE tune.py -c 'luafile tests/server/neovim.lua'

local function finish(problem)
  io.stderr:write((problem or "a finding was seen and mended") .. "\n")
  vim.cmd(problem and "cquit" or "quitall!")
end

local config = {
  name = "keraslint",
  cmd = { vim.env.KERASLINT, "server" },
  root_dir = vim.fn.getcwd(),
}
vim.bo.filetype = "python"
local id
if vim.lsp.start then
  id = vim.lsp.start(config)
else
  id = vim.lsp.start_client(config)
  vim.lsp.buf_attach_client(0, id)
end

local function wait_for_findings(number)
  return vim.wait(60000, function()
    return #vim.diagnostic.get(0) == number
  end, 50)
end

if not wait_for_findings(1) then
  return finish("no finding came: " .. vim.inspect(vim.diagnostic.get(0)))
end
local finding = vim.diagnostic.get(0)[1]
vim.api.nvim_win_set_cursor(0, { finding.lnum + 1, finding.col })
local client = vim.lsp.get_client_by_id(id)
local params = vim.lsp.util.make_range_params(0, client.offset_encoding)
params.context = { diagnostics = {} }
local answers = vim.lsp.buf_request_sync(0, "textDocument/codeAction", params, 60000) or {}
local action = ((answers[id] or {}).result or {})[1]
if not (action and action.edit) then
  return finish("no fix was offered: " .. vim.inspect(answers))
end
vim.lsp.util.apply_workspace_edit(action.edit, client.offset_encoding)
if not wait_for_findings(0) then
  return finish("the finding stayed: " .. vim.inspect(vim.diagnostic.get(0)))
end
vim.cmd("write")
finish()
