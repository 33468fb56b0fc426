// A program that does nothing: what a runtime takes by itself.
console.log("{}");
