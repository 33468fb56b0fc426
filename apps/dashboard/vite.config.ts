import { defineConfig } from "vite";

export default defineConfig({
  // the page is found at whatever path the gateway is mounted
  base: "./",
  build: {
    target: "es2022",
    // all of these know light-dark(); older ones would get a rewritten form that the theme switch does not reach
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    // the polyfill would be one more script for browsers that cannot read the rest
    modulePreload: { polyfill: false },
    // data: addresses are for pictures only under the page's Content-Security-Policy; files need no exception
    assetsInlineLimit: 0,
  },
});
