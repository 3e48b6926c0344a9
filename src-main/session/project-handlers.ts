import type { ApiRequests, CheckedRequest, RequestName } from '../api.js';
import type { projectRequestSchemas } from '../project/project-api.js';
import type { Session } from './session.js';

type ProjectHandlers = {
  readonly [K in keyof typeof projectRequestSchemas & RequestName]: (
    session: Session,
    request: CheckedRequest<K>,
  ) => ApiRequests[K]['response'] | Promise<ApiRequests[K]['response']>;
};

/** What is done for each request about projects. */
export const projectHandlers: ProjectHandlers = {
  keepOpen: ({ projects }, { content }) => {
    projects.keep(content);
    return null;
  },
  reattach: ({ projects }) => projects.reattach(),
  reopen: ({ projects }) => projects.reopen(),
  forgetOffer: async ({ projects }) => {
    await projects.forgetOffer();
    return null;
  },
  openProject: ({ projects }, { grant }) => projects.open(grant),
  relinkFile: ({ projects }, { opening, grant, file }) => projects.relink(opening, grant, file),
  acceptFile: ({ projects }, { opening, file }) => projects.accept(opening, file),
  takeProject: async ({ projects, grants, emit }, { opening }) => {
    const taken = await projects.take(opening);
    emit({ type: 'grants', grants: grants.list() });
    return taken;
  },
  saveProject: ({ projects }, { content, as, name }) => projects.save(content, { as, name }),
  closeProject: ({ projects }) => {
    projects.closeProject();
    return null;
  },
  summarize: ({ projects }, { job }) => projects.summarize(job),
};
