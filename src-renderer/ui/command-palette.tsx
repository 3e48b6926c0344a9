import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { patch } from '../actions/app.js';
import { type Command, possibleCommands, showKey } from '../actions/commands.js';
import { useApp, useWholeSession } from './app-context.js';
import { ModalDialog } from './modal-dialog.js';

/** Commands whose title holds every word that was typed, in any order. */
function matchCommands(commands: readonly Command[], typed: string): Command[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return commands.filter(({ title }) => words.every((word) => title.toLowerCase().includes(word)));
}

function CommandList({
  id,
  commands,
  chosen,
  onChoose,
}: {
  readonly id: string;
  readonly commands: readonly Command[];
  readonly chosen: number;
  readonly onChoose: (command: Command) => void;
}): ReactNode {
  const current = useRef<HTMLLIElement>(null);
  useEffect(() => {
    current.current?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  if (commands.length === 0) return <p className="dim palette-none">No command is called like that.</p>;
  return (
    <ul id={id} role="listbox" aria-label="Commands">
      {commands.map((command, index) => (
        <li
          key={command.id}
          ref={index === chosen ? current : null}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === chosen}
          onClick={() => {
            onChoose(command);
          }}
        >
          <span>{command.title}</span>
          {command.keys.length === 0 ? null : <kbd>{showKey(command.keys[0])}</kbd>}
        </li>
      ))}
    </ul>
  );
}

/** What is typed in the palette, the commands that fit, and which of them is chosen: -1 where none fits. */
function usePaletteChoice() {
  const session = useWholeSession();
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const possible = possibleCommands(session).filter(({ id }) => id !== 'palette');
  const commands = matchCommands(possible, typed);
  const type = (text: string): void => {
    setTyped(text);
    setAt(0);
  };
  return { typed, type, commands, chosen: Math.min(at, commands.length - 1), setAt };
}

/** The line to type in, and the commands under it. */
function PaletteBody({ onClose }: { readonly onClose: () => void }): ReactNode {
  const app = useApp();
  const id = useId();
  const { typed, type, commands, chosen, setAt } = usePaletteChoice();
  const choose = (command: Command | undefined): void => {
    onClose();
    command?.run(app);
  };
  const press = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') setAt(Math.min(commands.length - 1, chosen + 1));
    else if (event.key === 'ArrowUp') setAt(Math.max(0, chosen - 1));
    else if (event.key === 'Enter') choose(commands.at(chosen));
    else return;
    event.preventDefault();
  };
  return (
    <>
      <input
        type="text"
        role="combobox"
        aria-label="Do anything"
        aria-expanded={commands.length > 0}
        aria-controls={id}
        aria-activedescendant={commands.length > 0 ? `${id}-${chosen}` : undefined}
        placeholder="Do anything …"
        autoFocus
        value={typed}
        onChange={(event) => {
          type(event.currentTarget.value);
        }}
        onKeyDown={press}
      />
      <CommandList id={id} commands={commands} chosen={chosen} onChoose={choose} />
    </>
  );
}

/** Every command by its name (Ctrl-K). */
export function CommandPalette(): ReactNode {
  const app = useApp();
  const open = useWholeSession().palette;
  const close = (): void => {
    patch(app, { palette: false });
  };
  return (
    <ModalDialog open={open} name="Commands" className="palette" closesBeside onClose={close}>
      <PaletteBody onClose={close} />
    </ModalDialog>
  );
}
