;;; gate-mode.el --- Major mode for Gatewright policies  -*- lexical-binding: t; -*-

;; Author: The Gatewright project
;; Version: 0.1.0
;; Package-Requires: ((emacs "27.1"))
;; Keywords: languages, tools
;; URL: https://github.com/your-org/gatewright
;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; Policies of AI agents' tools in the Gatewright language: colours, comments, indentation as the
;; formatter writes it, groups in Imenu, and the language server `gatewright-lsp' through Eglot, or
;; through lsp-mode where that is loaded.  The server also looks after policy.json and
;; *.policy.json.
;;
;;     (require 'gate-mode)
;;     (add-hook 'gate-mode-hook #'eglot-ensure)

;;; Code:

(require 'rx)
(require 'subr-x)
(require 'js)

(defgroup gate nil
  "Policies in the Gatewright language."
  :group 'languages
  :prefix "gate-")

(defcustom gate-server-command '("gatewright-lsp")
  "The program of the language server and its arguments."
  :type '(repeat string))

(defcustom gate-indent-offset 4
  "How far the rules of a block and the clauses of a statement are indented.
The formatter writes four."
  :type 'natnum
  :safe #'natnump)

(defconst gate--statements
  '("allow" "approve" "assert" "budget" "classify" "default" "deny" "group" "hide" "include" "manifest"
    "policy" "rate" "require" "test" "tool")
  "The words that begin a statement.")

(defconst gate--clauses '("as" "because" "except" "having" "unless" "when" "with")
  "The words that begin a clause of a statement.")

(defvar gate-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?# "<" table)
    (modify-syntax-entry ?\n ">" table)
    (modify-syntax-entry ?\" "\"" table)
    (modify-syntax-entry ?\\ "\\" table)
    ;; The characters of tools' names.
    (dolist (character '(?_ ?- ?. ?/ ?: ?* ??))
      (modify-syntax-entry character "_" table))
    (dolist (character '(?= ?! ?< ?> ?@ ?,))
      (modify-syntax-entry character "." table))
    table)
  "What the characters of a policy are.")

(defconst gate-font-lock-keywords
  `(;; What an author names may be any word, so it comes before the words.
    (,(rx symbol-start "group" (+ blank) (group (+ (any alnum "_"))))
     (1 font-lock-type-face))
    (,(rx symbol-start "default" (+ blank) (group (or "allow" "deny")) symbol-end)
     (1 font-lock-constant-face))
    (,(rx symbol-start "as" (+ blank)
          (group (or "read" "write" "execute" "destructive" "financial")) symbol-end)
     (1 font-lock-builtin-face))
    (,(rx symbol-start "as" (+ blank)
          (group (+ (or (any alnum "_./:*?-") "{tool}" "{window}"))))
     (1 font-lock-variable-name-face))
    (,(rx symbol-start (group "args") (group (+ "." (any alpha "_") (* (any alnum "_")))))
     (1 font-lock-builtin-face) (2 font-lock-variable-name-face))
    (,(rx symbol-start (group "args") ".") (1 font-lock-builtin-face))
    (,(rx "@" (or "tools" "read" "write" "execute" "destructive" "financial" "critical") symbol-end)
     . font-lock-builtin-face)
    (,(rx "@" (any alpha "_") (* (any alnum "_"))) . font-lock-type-face)
    (,(rx symbol-start (+ digit) "/" (or "minute" "hour" "day") symbol-end)
     . font-lock-constant-face)
    (,(rx symbol-start (or "all" "false" "null" "true") symbol-end) . font-lock-constant-face)
    (,(rx symbol-start (or "and" "contains" "exists" "in" "matches" "missing" "not" "or") symbol-end)
     . font-lock-builtin-face)
    (,(rx line-start (* blank) (group (or "call" "at")) blank) (1 font-lock-keyword-face))
    (,(rx (+ digit) (+ blank) (group "times") symbol-end) (1 font-lock-keyword-face))
    (,(rx "->" (+ blank) "rate" (+ blank) (group "by") symbol-end) (1 font-lock-keyword-face))
    (,(regexp-opt (append gate--statements gate--clauses) 'symbols) . font-lock-keyword-face)
    (,(regexp-opt '("let" "if" "else") 'symbols) . font-lock-warning-face)
    (,(rx symbol-start (? "-") (+ digit) (* (any digit "." "e" "E" "+" "-")) symbol-end)
     . font-lock-constant-face)
    (,(rx symbol-start (+ (any alnum "_./:*?-"))) . font-lock-function-name-face))
  "The colours of a policy; the first that fits counts.")

;;;; Indentation

(defconst gate--statement-line
  (concat "[ \t]*" (regexp-opt gate--statements 'symbols))
  "The beginning of a line that begins a statement, whatever stood open before.")

(defconst gate--clause-line
  (concat "[ \t]*" (regexp-opt gate--clauses 'symbols))
  "The beginning of a line that begins a clause.")

(defconst gate--goes-on
  (rx (or (any ",=<>")
          (seq symbol-start
               (or "when" "unless" "with" "having" "except" "because" "as" "and" "or" "not" "in")))
      (* blank) line-end)
  "The end of a line whose statement goes on.")

(defun gate--bare-line ()
  "The line at point without its comment, each string made empty."
  (save-excursion
    (let ((end (line-end-position))
          (pieces nil))
      (beginning-of-line)
      (while (< (point) end)
        (let ((start (point)))
          (skip-chars-forward "^\"#\n" end)
          (push (buffer-substring-no-properties start (point)) pieces)
          (cond ((eq (char-after) ?#) (goto-char end))
                ((eq (char-after) ?\")
                 (push "\"\"" pieces)
                 (forward-char)
                 (while (and (< (point) end) (not (eq (char-after) ?\")))
                   (forward-char (if (eq (char-after) ?\\) 2 1)))
                 (goto-char (min end (1+ (point))))))))
      (string-trim-right (apply #'concat (nreverse pieces))))))

(defun gate--previous-statement ()
  "Go to the line above that begins a statement; nil if there is none."
  (let ((found nil))
    (while (and (not found) (zerop (forward-line -1)))
      (setq found (looking-at-p gate--statement-line)))
    found))

(defun gate--brackets (start end)
  "What stands open between START and END, and what is closed there.
The car is the indentations of the lines of the open brackets, the
innermost first; the cdr that of the line that closes the block
around them, or nil."
  (let ((open nil)
        (closed nil))
    (save-excursion
      (goto-char start)
      (while (< (point) end)
        (dolist (character (string-to-list (gate--bare-line)))
          (cond ((memq character '(?\[ ?\( ?\{)) (push (current-indentation) open))
                ((not (memq character '(?\] ?\) ?\}))))
                (open (pop open))
                (t (setq closed (current-indentation)))))
        (forward-line 1)))
    (cons open closed)))

(defun gate--condition-indentation (start)
  "The indentation of the line that begins the condition of the statement at START."
  (save-excursion
    (while (and (zerop (forward-line -1))
                (> (point) start)
                (not (looking-at-p (rx (* blank) (or "when" "unless" "with") symbol-end)))))
    (current-indentation)))

(defun gate--call-indentation ()
  "The indentation of the line above that begins a call of a test."
  (save-excursion
    (while (and (zerop (forward-line -1))
                (not (looking-at-p (rx (* blank) "call" symbol-end)))))
    (current-indentation)))

(defun gate--continuation (start base)
  "The indentation of a line that begins with no word of its own.
START is the line of its statement, BASE that statement's indentation."
  (save-excursion
    (let ((line "")
          (is-rate (looking-at-p (rx (* blank) (+ digit) "/"))))
      (while (and (zerop (forward-line -1))
                  (>= (point) start)
                  (string-empty-p (setq line (gate--bare-line)))))
      (cond ((not (string-match-p gate--goes-on line))
             (if is-rate (+ base gate-indent-offset) base))
            ((or (<= (point) start)
                 (and (looking-at-p gate--clause-line) (not (string-suffix-p "," line))))
             (+ (current-indentation) gate-indent-offset))
            (t (current-indentation))))))

(defun gate--indentation ()
  "The indentation that the line at point should have."
  (save-excursion
    (beginning-of-line)
    (let* ((here (point))
           (start (save-excursion (and (gate--previous-statement) (point)))))
      (if (not start)
          0
        (let* ((brackets (gate--brackets start here))
               (open (car brackets))
               (closed (cdr brackets))
               (in-tool (save-excursion
                          (goto-char start)
                          (looking-at-p (rx (* blank) "tool" symbol-end))))
               (in-test (save-excursion
                          (goto-char start)
                          (looking-at-p (rx (* blank) "test" symbol-end))))
               (base (or closed (save-excursion (goto-char start) (current-indentation)))))
          (cond ((looking-at-p gate--statement-line)
                 (if (and open in-tool) (+ (car (last open)) gate-indent-offset) base))
                ((looking-at-p (rx (* blank) (any "])}")))
                 (if open (car open) (max 0 (- base gate-indent-offset))))
                ((and in-test open (looking-at-p (rx (* blank) (or "->" (seq "because" symbol-end)))))
                 (+ (gate--call-indentation) gate-indent-offset))
                (open (+ (car open) gate-indent-offset))
                ((or closed (looking-at-p (rx (* blank) "{"))) base)
                ((looking-at-p gate--clause-line) (+ base gate-indent-offset))
                ((looking-at-p (rx (* blank) (or "and" "or") symbol-end))
                 (+ (gate--condition-indentation start) gate-indent-offset))
                (t (gate--continuation start base))))))))

(defun gate-indent-line ()
  "Indent the line at point as the formatter does."
  (interactive)
  (let ((behind (- (point-max) (point))))
    (indent-line-to (gate--indentation))
    ;; Point stays where it was in the text of the line.
    (when (> (- (point-max) behind) (point))
      (goto-char (- (point-max) behind)))))

;;;; The mode

;;;###autoload
(define-derived-mode gate-mode prog-mode "Gate"
  "Major mode for policies in the Gatewright language."
  (setq-local comment-start "# ")
  (setq-local comment-start-skip "#+[ \t]*")
  (setq-local font-lock-defaults '(gate-font-lock-keywords))
  (setq-local indent-line-function #'gate-indent-line)
  (setq-local indent-tabs-mode nil)
  (setq-local tab-width 4)
  (setq-local fill-column 100)
  (setq-local electric-indent-chars (append "})]\n" electric-indent-chars))
  (setq-local imenu-generic-expression
              '(("Groups" "^[ \t]*group[ \t]+\\([A-Za-z_][A-Za-z0-9_]*\\)" 1)
                ("Blocks" "^[ \t]*tool[ \t]+\\([^{#\n]*[^{# \t\n]\\)" 1))))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.gate\\'" . gate-mode))

;;;; The language server

;; A policy.json is JSON that the server knows more about.
;;;###autoload
(define-derived-mode gate-policy-json-mode js-mode "Policy"
  "Major mode for the policy.json that a Gatewright policy compiles to.")

;;;###autoload
(add-to-list 'auto-mode-alist
             '("\\(?:\\`\\|/\\)\\(?:policy\\|[^/]*\\.policy\\)\\.json\\'" . gate-policy-json-mode))

(defvar eglot-server-programs)
(defvar lsp-language-id-configuration)
(declare-function lsp-register-client "ext:lsp-mode")
(declare-function lsp-stdio-connection "ext:lsp-mode")
(declare-function make-lsp-client "ext:lsp-mode")

(defun gate--server (&optional _interactive &rest _)
  "The command of the server, which must be there."
  (unless (executable-find (car gate-server-command))
    (user-error
     (concat "There is no program `%s'; install it with `cargo install --path lsp' in a copy of"
             " Gatewright, or set `gate-server-command'")
     (car gate-server-command)))
  gate-server-command)

(with-eval-after-load 'eglot
  ;; Two entries, because early versions of Eglot tell one server the same language of all files.
  (dolist (language '((gate-mode :language-id "gate") (gate-policy-json-mode :language-id "json")))
    (add-to-list 'eglot-server-programs (cons language #'gate--server))))

(with-eval-after-load 'lsp-mode
  (add-to-list 'lsp-language-id-configuration '(gate-mode . "gate"))
  (add-to-list 'lsp-language-id-configuration '(gate-policy-json-mode . "json"))
  (lsp-register-client
   (make-lsp-client :new-connection (lsp-stdio-connection #'gate--server)
                    :major-modes '(gate-mode gate-policy-json-mode)
                    :server-id 'gatewright)))

(provide 'gate-mode)
;;; gate-mode.el ends here
