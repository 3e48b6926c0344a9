import { createTheme } from '@mantine/core';

/** Mantine in the measures of the window; its colours come from the tokens of the style sheet. */
export const theme = createTheme({
  fontFamily: 'inherit',
  primaryColor: 'blue',
  defaultRadius: 'sm',
  respectReducedMotion: true,
  cursorType: 'pointer',
});
