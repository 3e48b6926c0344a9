import { MantineProvider } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';
import { Group, Panel, Separator } from 'react-resizable-panels';
import type { App } from './actions/app.js';
import { BatchSide } from './batch/batch-detail.js';
import { BatchPage } from './batch/batch-page.js';
import { DensityPanel } from './panels/density-panel.js';
import { ExportPanel } from './panels/export-panel.js';
import { ModelPanel } from './panels/model-panel.js';
import { NucleusPanel } from './panels/nucleus-panel.js';
import { RunBar, SolvePanel } from './panels/solve-panel.js';
import { SourcePanel } from './panels/source-panel.js';
import { TableDialog } from './panels/table-dialog.js';
import { Readouts } from './readout/readouts.js';
import { useStore } from './state/store.js';
import { theme } from './theme.js';
import { AppContext, useSession } from './ui/app-context.js';
import { CommandPalette } from './ui/command-palette.js';
import { DropZone } from './ui/drop-zone.js';
import { EngineStrip } from './ui/engine-strip.js';
import { JobBar } from './ui/job-bar.js';
import { QuestionDialog } from './ui/question-dialog.js';
import { useShortcuts } from './ui/shortcuts.js';
import { TitleBar } from './ui/title-bar.js';
import { Tour } from './ui/tour.js';
import { ViewArea } from './view/view-area.js';

function Steps(): ReactNode {
  const list = useRef<HTMLDivElement>(null);
  const source = useSession(({ project }) => project?.source ?? null);
  useEffect(() => {
    list.current?.scrollTo({ top: 0 });
  }, [source]);
  return (
    <nav className="steps" aria-label="Steps">
      <div ref={list} className="step-list">
        <SourcePanel />
        <DensityPanel />
        <NucleusPanel />
        <ModelPanel />
        <SolvePanel />
        <ExportPanel />
      </div>
      <RunBar />
    </nav>
  );
}

/** Steps, view and readouts beside one another, with borders that can be moved. */
function Columns(): ReactNode {
  const batch = useSession((session) => session.batch.open);
  return (
    <Group orientation="horizontal" className="columns">
      <Panel defaultSize="300px" minSize="270px" maxSize="460px" groupResizeBehavior="preserve-pixel-size">
        <Steps />
      </Panel>
      <Separator className="separator" />
      <Panel minSize="360px">{batch ? <BatchPage /> : <ViewArea />}</Panel>
      <Separator className="separator" />
      <Panel defaultSize="284px" minSize="240px" maxSize="460px" groupResizeBehavior="preserve-pixel-size">
        {batch ? <BatchSide /> : <Readouts />}
      </Panel>
    </Group>
  );
}

/** The window. */
export function Window({ app }: { readonly app: App }): ReactNode {
  const scheme = useStore(app.session, (session) => session.theme);
  useShortcuts(app);
  return (
    <MantineProvider
      theme={theme}
      forceColorScheme={scheme}
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <AppContext value={app}>
        <div className="window">
          <TitleBar />
          <Tour />
          <EngineStrip />
          <Columns />
          <JobBar />
          <CommandPalette />
          <QuestionDialog />
          <TableDialog />
          <DropZone />
        </div>
      </AppContext>
    </MantineProvider>
  );
}
