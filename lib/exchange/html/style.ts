/** The looks of all pages: light or dark as the reader's system is, for wide and narrow screens. */
export const STYLE_TEXT = `:root {
  color-scheme: light dark;
  --back: #ffffff; --bar: #ffffff; --line: #e3e6e8; --text: #212121; --soft: #70777b; --link: #168acd;
  --bubble: #f1f4f6; --mark: #f4e3b2; --gone: #c9302c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #17212b; --bar: #1d2a36; --line: #2b3a48; --text: #f5f5f5; --soft: #8a9aa8; --link: #6ab3f3;
    --bubble: #22303d; --mark: #5a4a1c; --gone: #ff7b72;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); font: 14px/1.4 -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Noto Sans", sans-serif; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
.page_wrap { max-width: 720px; margin: 0 auto; }
.page_header { position: sticky; top: 0; z-index: 1; background: var(--bar); border-bottom: 1px solid var(--line); }
.page_header .content { display: block; padding: 14px 16px; color: var(--text); }
.bold { font-weight: 600; font-size: 16px; }
.details { color: var(--soft); font-size: 12px; }
.page_body { padding: 8px 16px 40px; }
.block_link { display: block; }
.pagination { padding: 12px; text-align: center; }
.message { padding: 4px 0; scroll-margin-top: 60px; overflow-wrap: anywhere; }
.message:target { background: var(--mark); }
.service .body { text-align: center; padding: 6px 24px; }
.clearfix::after { content: ""; display: block; clear: both; }
.pull_left { float: left; }
.pull_right { float: right; padding-left: 8px; }
.default .body { margin-left: 56px; }
.userpic { width: 42px; height: 42px; border-radius: 50%; }
.initials { line-height: 42px; text-align: center; color: #fff; font-weight: 600; user-select: none; }
.userpic1 { background: #c64b43; } .userpic2 { background: #3c8f3c; } .userpic3 { background: #a8720f; } .userpic4 { background: #3478b5; }
.userpic5 { background: #7d5cc4; } .userpic6 { background: #b8447e; } .userpic7 { background: #21858f; } .userpic8 { background: #b3571b; }
.from_name { font-weight: 600; color: var(--link); }
.text p { margin: 0 0 8px; }
.text pre, .text code { font-family: ui-monospace, Consolas, Menlo, monospace; background: var(--bubble); border-radius: 4px; padding: 0 3px; }
.text pre { padding: 8px; overflow-x: auto; white-space: pre-wrap; margin: 4px 0; }
blockquote { margin: 4px 0; padding: 2px 8px; border-left: 3px solid var(--link); background: var(--bubble); border-radius: 4px; }
.spoiler { background: var(--soft); color: transparent; border-radius: 3px; }
.spoiler a { color: transparent; }
.spoiler:hover, .spoiler:focus-within, .spoiler:active { background: var(--bubble); color: inherit; }
.forwarded, .reply_to { border-left: 3px solid var(--line); padding-left: 8px; margin: 2px 0; }
.media_wrap { margin: 4px 0; }
.media_block { display: block; background: var(--bubble); color: var(--text); border-radius: 8px; padding: 8px 12px; margin: 4px 0; }
.media_block ul { margin: 4px 0 0; padding-left: 18px; }
.media_block .title { font-weight: 600; }
.missing { border: 1px dashed var(--soft); background: none; }
.photo { max-width: 100%; max-height: 420px; border-radius: 8px; display: block; }
.sticker { max-width: 192px; max-height: 192px; display: block; }
.video { max-width: 100%; max-height: 420px; border-radius: 8px; display: block; }
audio { width: 100%; max-width: 420px; }
.bot_button_row { display: flex; gap: 4px; margin: 4px 0; }
.bot_button { flex: 1; text-align: center; padding: 6px; border-radius: 6px; background: var(--bubble); }
.reactions { display: inline-block; background: var(--bubble); border-radius: 12px; padding: 2px 10px; margin-top: 4px; }
.deleted .text { opacity: 0.7; }
.deleted .marks { color: var(--gone); }
.entry { display: block; padding: 10px 0; border-bottom: 1px solid var(--line); color: var(--text); }
@media (max-width: 480px) {
  .default .body { margin-left: 44px; }
  .userpic { width: 34px; height: 34px; }
  .initials { line-height: 34px; font-size: 13px; }
  .page_body { padding: 8px 10px 32px; }
}
`;
