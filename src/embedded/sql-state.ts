export { sqlStateOf } from "../errors.ts";
