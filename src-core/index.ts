export { CoreError, errorData, type ErrorData, type ErrorTag } from './errors.js';
