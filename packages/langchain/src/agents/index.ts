export { type RoutedModelMiddlewareOptions, routedModelMiddleware } from "./routed-model-middleware.js";
