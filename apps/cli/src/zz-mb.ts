import { createGateway, Outcomes, statelessState } from "@onehead/serve";
import { openSqliteState, prometheusMetrics } from "@onehead/serve/node";
import { openEngine } from "./serving/open-engine.js";
const body=JSON.stringify({id:"c",object:"chat.completion",created:1,model:"m",choices:[{index:0,message:{role:"assistant",content:"Hello there, this is an answer."},finish_reason:"stop"}],usage:{prompt_tokens:10,completion_tokens:8,total_tokens:18}});
const bytes=new TextEncoder().encode(body);
class B{done=false;getReader(){return {read:async()=>this.done?{done:true,value:undefined}:(this.done=true,{done:false,value:bytes}),cancel:async()=>{}}}}
const fetch=(async()=>({status:200,ok:true,headers:new Headers(),body:new B()})) as never;
const outcomes=new Outcomes();
const {engine}=await openEngine({config:undefined,artifact:"/work/wt/merge/apps/cli/artifacts/default.onehead",embedder:undefined,fetch,outcomes,environment:{OPENAI_API_KEY:"k"} as never});
const m=prometheusMetrics(()=>0);
const state=process.env.ST==="none"?statelessState():await openSqliteState({path:process.env.ST??":memory:"});
const observers=process.env.OBS==="none"?[]:[m.observer];
const g=createGateway({engine:()=>engine,state,outcomes,version:"0",observers});
let k=0;const w="the quick brown fox jumps over a lazy dog while counting primes and writing poems about rivers".split(" ");
const mk=()=>{const t=JSON.stringify({model:"auto",messages:[{role:"user",content:`Question ${k++}: what is ${w[k%17]} ${w[(k*7)%17]} of ${w[(k*5)%17]}?`}]});return new Request("http://x/v1/chat/completions",{method:"POST",headers:{"content-type":"application/json","content-length":String(t.length)},body:t})};
const run=async(n:number,c=16)=>{let i=0;await Promise.all(Array.from({length:c},async()=>{while(i++<n){const r=await g.fetch(mk());const t=await r.text();if(r.status!==200)throw new Error(t)}}))};
await run(2000);const N=+(process.env.N??10000);const c0=process.cpuUsage();const t0=performance.now();await run(N);const c=process.cpuUsage(c0);console.log(process.env.ST,process.env.OBS,"cpu us/req",((c.user+c.system)/N).toFixed(1),"wall us",((performance.now()-t0)*1000/N).toFixed(1));
process.exit(0);
