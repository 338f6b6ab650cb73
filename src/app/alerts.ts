/** Where alerts go: what a caller of `deliver` makes its channels with. */
export { type Channel, channelTo, readSecret, readTarget } from '../alerts/index.js';
