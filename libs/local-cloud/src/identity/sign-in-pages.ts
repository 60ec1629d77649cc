import { type DemoUser } from './demo-users.js';

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** One plain page without scripts; `content` is HTML. */
export const renderPage = (title: string, content: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 26rem; margin: 12vh auto; padding: 0 1rem; color: #1f2933; background: #fff; }
h1 { font-size: 1.4rem; font-weight: 500; }
button { font: inherit; display: block; width: 100%; padding: .7rem 1rem; margin: .5rem 0; text-align: left; color: inherit; background: #f3f5f7; border: 1px solid #9aa5b1; border-radius: .4rem; cursor: pointer; }
button:hover, button:focus-visible { background: #e0e8f0; outline: 2px solid #1f5f99; }
input { font: inherit; box-sizing: border-box; width: 100%; padding: .6rem; }
small { color: #52606d; }
@media (prefers-color-scheme: dark) { body { color: #e4e7eb; background: #17202a; } button { background: #243240; } button:hover, button:focus-visible { background: #2f4256; } small { color: #a7b3c0; } }
</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${content}
<p><small>This is the local cloud: a stand-in on this machine, not Google. There are no passwords.</small></p>
</main>
</body>
</html>
`;

/** Lists the demo users to pick from. */
export function renderSignIn(
  users: readonly DemoUser[],
  action: string,
  clientName: string,
): string {
  const buttons = users
    .map(
      ({ email, name, role }) =>
        `<button name="email" value="${escapeHtml(email)}">${escapeHtml(name)} <small>${escapeHtml(email)} · ${role}</small></button>`,
    )
    .join('\n');
  return renderPage(
    `Sign in to ${clientName}`,
    `<form method="post" action="${escapeHtml(action)}">\n${buttons}\n</form>`,
  );
}

/** Asks for the code that the device shows. `form` is the provider's own form `op.deviceInputForm`. */
export const renderDeviceCode = (form: string, failed: boolean): string =>
  renderPage(
    'Connect a device',
    `${failed ? '<p>This code is not right, or it is too old. Try again.</p>' : '<p>Enter the code that your terminal shows.</p>'}
${form}
<button type="submit" form="op.deviceInputForm">Continue</button>`,
  );

/** Asks whether this is the person's own device. */
export const renderDeviceConfirm = (form: string, clientName: string, userCode: string): string =>
  renderPage(
    `Connect ${clientName}?`,
    `<p>Your terminal should show the code <strong>${escapeHtml(userCode)}</strong>.</p>
${form}
<button autofocus type="submit" form="op.deviceConfirmForm">Continue</button>
<button type="submit" form="op.deviceConfirmForm" value="yes" name="abort">Cancel</button>`,
  );

export const renderSignOut = (form: string): string =>
  renderPage(
    'Sign out?',
    `${form}
<button autofocus type="submit" form="op.logoutForm" value="yes" name="logout">Sign out</button>
<button type="submit" form="op.logoutForm">Stay signed in</button>`,
  );

export const renderMessage = (title: string, text: string): string =>
  renderPage(title, `<p>${escapeHtml(text)}</p>`);
