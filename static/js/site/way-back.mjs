// The way back to Explore, in the bar of every other page: to the very link that it was left at.

import { leftExplore } from "../core/left-explore.mjs";

const link = document.querySelector('.bar a[href*="/?"]:not([aria-current])');
const left = leftExplore();
if (link && left?.search) Object.assign(link, { search: left.search, title: "Explore as you left it" });
