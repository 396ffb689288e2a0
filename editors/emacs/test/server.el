;;; server.el --- A person with Emacs and Eglot edits a policy  -*- lexical-binding: t; -*-

;; Run by: emacs --batch -L .. -l server.el -f gate-test, with the environment variables
;; GATEWRIGHT and GATEWRIGHT_LSP, the two programs, and
;; FOLDER, a copy of examples/payments, which is changed.

;;; Code:

(require 'package)
(package-initialize)
(require 'cl-lib)
(require 'eglot)
(require 'flymake)
(require 'json)
(require 'gate-mode)

(defconst gate-test-patience 30
  "How many seconds to wait; a machine that has much to do is no mistake of the server.")

(defun gate-test--step (text)
  "Say TEXT, which is what comes now."
  (princ (format "  %s\n" text)))

(defun gate-test--expect (what actual expected)
  "Fail unless ACTUAL, which is WHAT, is EXPECTED."
  (unless (equal actual expected)
    (error "%s is\n%S\nnot\n%S" what actual expected)))

(defun gate-test--wait (what found)
  "Wait until FOUND, a function, gives something, and give that; WHAT says what."
  (let ((end (+ (float-time) gate-test-patience))
        (result nil))
    (while (not (setq result (funcall found)))
      (when (> (float-time) end)
        (error "%s does not come; the text is\n%s" what (buffer-string)))
      (accept-process-output nil 0.05))
    result))

;; Emacs does so when nobody has typed for half a second; without a screen nobody ever stops.
(defun gate-test--send ()
  "Tell the server what has been typed."
  (eglot--signal-textDocument/didChange))

(defun gate-test--line (number)
  "The line of that NUMBER, the last one for nil."
  (save-excursion
    (goto-char (if number (point-min) (point-max)))
    (if number (forward-line (1- number)) (skip-chars-backward "\n"))
    (buffer-substring-no-properties (line-beginning-position) (line-end-position))))

(defun gate-test--open (name)
  "Visit the file NAME in the folder, with the server."
  (find-file (expand-file-name name (getenv "FOLDER")))
  (unless (eglot-managed-p)
    (let ((eglot-sync-connect gate-test-patience))
      (apply #'eglot (eglot--guess-contact))))
  (gate-test--wait "the server" #'eglot-managed-p))

(defun gate-test--findings ()
  "The findings that Emacs shows, each as its place in lines and columns, and its message."
  (flymake-start)
  (let ((place (lambda (position)
                 (save-excursion
                   (goto-char position)
                   (list (line-number-at-pos) (1+ (- (point) (line-beginning-position))))))))
    (mapcar (lambda (finding)
              (append (funcall place (flymake-diagnostic-beg finding))
                      (funcall place (flymake-diagnostic-end finding))
                      (list (flymake-diagnostic-text finding))))
            (flymake-diagnostics))))

(defun gate-test--checked ()
  "What `gatewright check' says about the file on the disk, in the same form."
  (let* ((file (buffer-file-name))
         (report (with-temp-buffer
                   (call-process (getenv "GATEWRIGHT") nil t nil "check" "--format" "json" file)
                   (goto-char (point-min))
                   (json-parse-buffer :object-type 'alist :array-type 'list)))
         (place (lambda (finding end)
                  (let ((position (alist-get end finding)))
                    (list (alist-get 'line position) (alist-get 'column position))))))
    (mapcar (lambda (finding)
              (append (funcall place finding 'start) (funcall place finding 'end)
                      (list (alist-get 'message finding))))
            (alist-get 'diagnostics report))))

(defun gate-test--diagnostics ()
  "A slip in a tool's name is found."
  (gate-test--step "diagnostics, of a tool with a slip in its name")
  (gate-test--expect "the mode" major-mode 'gate-mode)
  (goto-char (point-min))
  (search-forward "allow get_*, list_*")
  (insert ", create_refnd")
  (gate-test--send)
  (let ((found (gate-test--wait "a finding" #'gate-test--findings)))
    (let ((inhibit-message t)) (save-buffer))
    (let ((expected (gate-test--checked)))
      (gate-test--expect "the number of expected findings" (length expected) 1)
      (gate-test--expect "the number of findings" (length found) 1)
      (gate-test--expect "the place of the finding" (butlast (car found)) (butlast (car expected)))
      (unless (string-search (car (last (car expected))) (car (last (car found))))
        (error "The finding says\n%S\nnot\n%S" found expected)))))

(defun gate-test--code-action ()
  "What was meant is offered and taken."
  (gate-test--step "a code action: what was meant")
  (goto-char (point-min))
  (search-forward "create_refn")
  (let ((last-nonmenu-event ?a)
        (offered nil))
    (cl-letf (((symbol-function 'completing-read)
               (lambda (_prompt collection &rest _)
                 (setq offered (all-completions "" collection))
                 (or (seq-find (lambda (title) (string-search "write `create_refund`" title)) offered)
                     (error "The actions are %S" offered)))))
      (eglot-code-actions (point) (point) nil t)))
  (gate-test--expect "the mended line" (gate-test--line 10) "allow get_*, list_*, create_refund")
  (gate-test--send)
  (gate-test--wait "the end of the finding" (lambda () (null (gate-test--findings)))))

(defun gate-test--completion ()
  "A half-written argument is completed."
  (gate-test--step "completion of an argument")
  (goto-char (point-max))
  (insert "require   update_customer  with args.em")
  (let ((inhibit-message t)) (completion-at-point))
  (insert " exists\n")
  (gate-test--expect "the completed line" (gate-test--line nil)
                     "require   update_customer  with args.email exists"))

(defun gate-test--format ()
  "Blanks too many go."
  (gate-test--step "formatting")
  (eglot-format-buffer)
  (gate-test--expect "the formatted line" (gate-test--line nil)
                     "require update_customer with args.email exists"))

(defun gate-test--rename ()
  "A group gets another name everywhere."
  (gate-test--step "renaming a group")
  (goto-char (point-min))
  (search-forward "group mon")
  (gate-test--send)
  (eglot-rename "funds"))

(defun gate-test--hover ()
  "A tool is explained."
  (gate-test--step "hover over a tool")
  (goto-char (point-min))
  (search-forward "create_pay")
  (gate-test--send)
  (let ((text nil))
    (eglot-hover-eldoc-function (lambda (found &rest _) (setq text (or found ""))))
    (gate-test--wait "the hover" (lambda () text))
    (dolist (word '("create_payout" "financial"))
      (unless (string-search word text)
        (error "The hover does not say `%s': %s" word text)))))

(defun gate-test--compare (before)
  "Compare the buffer with what should have become of BEFORE."
  (gate-test--step "the buffer is what it should be")
  (gate-test--expect
   "the text" (buffer-string)
   (concat (thread-last before
             (replace-regexp-in-string "^allow get_\\*, list_\\*$" "\\&, create_refund")
             (replace-regexp-in-string "^group money" "group funds")
             (replace-regexp-in-string "@money" "@funds"))
           "require update_customer with args.email exists\n")))

(defun gate-test--policy-json ()
  "The server looks after policy.json too."
  (gate-test--step "policy.json")
  (let ((inhibit-message t)) (save-buffer))
  (gate-test--open "policy.json")
  (gate-test--expect "the mode" major-mode 'gate-policy-json-mode)
  (goto-char (point-min))
  (search-forward "\"default\": \"den")
  (delete-char 1)
  (gate-test--send)
  (let ((found (gate-test--wait "a finding" #'gate-test--findings)))
    (unless (string-search "den" (car (last (car found))))
      (error "The finding is %S" found))))

(defun gate-test--missing ()
  "Without the server one is told what to do."
  (gate-test--step "a missing server")
  (let* ((gate-server-command '("no-such-gatewright-lsp"))
         (message (condition-case failure
                      (progn (gate-test--open "payments.gate") "")
                    (user-error (error-message-string failure)))))
    (dolist (word '("no-such-gatewright-lsp" "cargo install" "gate-server-command"))
      (unless (string-search word message)
        (error "The message does not say `%s': %s" word message)))))

(defun gate-test ()
  "All of it; the first mistake ends Emacs with a message."
  (let ((before (with-temp-buffer
                  (insert-file-contents (expand-file-name "payments.gate" (getenv "FOLDER")))
                  (buffer-string))))
    (gate-test--missing)
    (setq gate-server-command (list (getenv "GATEWRIGHT_LSP")))
    (gate-test--open "payments.gate")
    (gate-test--diagnostics)
    (gate-test--code-action)
    (gate-test--completion)
    (gate-test--format)
    (gate-test--rename)
    (gate-test--hover)
    (gate-test--compare before)
    (gate-test--policy-json))
  (let ((inhibit-message t))
    (eglot-shutdown-all)))

;;; server.el ends here
