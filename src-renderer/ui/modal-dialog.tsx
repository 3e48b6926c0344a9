import { type ReactNode, useEffect, useRef } from 'react';

interface ModalDialogProps {
  readonly open: boolean;
  readonly name: string;
  readonly className: string;
  /** Whether a click beside the dialog closes it. */
  readonly closesBeside?: boolean;
  /** Whether the heading takes the focus, where the first control would take it before the question was read. */
  readonly headingFirst?: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A dialog over the window, which takes all keys while it is open; Escape closes it. */
export function ModalDialog(props: ModalDialogProps): ReactNode {
  const { open, name, className, closesBeside = false, headingFirst = false, onClose, children } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
    if (open && headingFirst) dialog.current?.querySelector('h2')?.focus();
  }, [open, headingFirst]);
  return (
    <dialog
      ref={dialog}
      className={className}
      aria-label={name}
      onClose={onClose}
      onClick={(event) => {
        if (closesBeside && event.target === dialog.current) onClose();
      }}
    >
      {open ? children : null}
    </dialog>
  );
}
