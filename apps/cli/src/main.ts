#!/usr/bin/env node
console.log("onehead");
