;;; looks.el --- Colours, comments and indentation, which need no server  -*- lexical-binding: t; -*-

;; Run by: emacs --batch -Q -L .. -l looks.el -f gate-looks

;;; Code:

(require 'gate-mode)

(defconst gate-looks-root
  (expand-file-name "../../.." (file-name-directory (or load-file-name buffer-file-name))))

(defconst gate-looks-faces
  '(("comment" font-lock-comment-face font-lock-comment-delimiter-face)
    ("keyword" font-lock-keyword-face)
    ("keyword.operator" font-lock-builtin-face)
    ("function" font-lock-function-name-face font-lock-string-face)
    ("type" font-lock-type-face)
    ("type.builtin" font-lock-builtin-face)
    ("number" font-lock-constant-face)
    ("boolean" font-lock-constant-face)
    ("constant.builtin" font-lock-constant-face)
    ("variable.builtin" font-lock-builtin-face)
    ("property" font-lock-variable-name-face font-lock-string-face)
    ("label" font-lock-variable-name-face font-lock-string-face)
    ("string" font-lock-string-face)
    ("string.regexp" font-lock-string-face)
    ("string.escape" font-lock-string-face))
  "The faces that show what a capture of the grammar shows.")

(defun gate-looks--colours (file)
  "Hold the colours of FILE against what its comments say: the test of the grammar."
  (let ((tried 0)
        (subject nil))
    (with-current-buffer (find-file-noselect file)
      (font-lock-ensure)
      (goto-char (point-min))
      (while (not (eobp))
        (if (not (looking-at "[ \t]*#[ \t]*\\([<^]\\)-?[ \t]*\\([a-z.]+\\)$"))
            (setq subject (point))
          (let* ((faces (cdr (assoc (match-string 2) gate-looks-faces)))
                 (column (if (equal (match-string 1) "<")
                             (save-excursion (goto-char subject) (current-indentation))
                           (- (match-beginning 1) (point))))
                 (face (get-text-property (+ subject column) 'face)))
            (when faces
              (setq tried (1+ tried))
              (unless (memq face faces)
                (error "%s:%d:%d has the face %s, not one of %s"
                       file (line-number-at-pos subject) column face faces)))))
        (forward-line 1)))
    (unless (> tried 40)
      (error "Only %d colours were looked at" tried))))

(defun gate-looks--indentation (file)
  "Take the indentation of FILE away and get it back."
  (with-temp-buffer
    (insert-file-contents file)
    (gate-mode)
    (let ((expected (buffer-string)))
      (goto-char (point-min))
      (while (re-search-forward "^ +" nil t)
        (replace-match ""))
      (let ((inhibit-message t))
        (indent-region (point-min) (point-max)))
      (unless (equal (buffer-string) expected)
        (error "%s is indented as\n%s" file (buffer-string))))))

(defun gate-looks--comments ()
  "Turn a line into a comment and back."
  (with-temp-buffer
    (gate-mode)
    (insert "hide all")
    (comment-region (point-min) (point-max))
    (unless (equal (buffer-string) "# hide all")
      (error "The comment is %s" (buffer-string)))
    (uncomment-region (point-min) (point-max))
    (unless (equal (buffer-string) "hide all")
      (error "The comment leaves %s" (buffer-string)))))

(defun gate-looks--modes ()
  "Whether files get their modes by their names."
  (dolist (pair '(("a.gate" . gate-mode)
                  ("policy.json" . gate-policy-json-mode)
                  ("x/policy.json" . gate-policy-json-mode)
                  ("x/desk.policy.json" . gate-policy-json-mode)))
    (let ((mode (assoc-default (car pair) auto-mode-alist #'string-match)))
      (unless (eq mode (cdr pair))
        (error "%s gets %s, not %s" (car pair) mode (cdr pair)))))
  (when (eq (assoc-default "other.json" auto-mode-alist #'string-match) 'gate-policy-json-mode)
    (error "Any JSON is taken for a policy")))

(defun gate-looks ()
  "All of it; the first mistake ends Emacs with a message."
  (gate-looks--colours
   (expand-file-name "editors/tree-sitter-gate/test/highlight/everything.gate" gate-looks-root))
  (let ((files (directory-files-recursively (expand-file-name "examples" gate-looks-root) "\\.gate\\'")))
    (unless (> (length files) 3)
      (error "There are no examples"))
    (mapc #'gate-looks--indentation files))
  (gate-looks--comments)
  (gate-looks--modes)
  (princ "colours, comments and indentation are right\n"))

;;; looks.el ends here
