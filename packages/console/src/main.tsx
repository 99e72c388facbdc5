import { render } from 'solid-js/web'
import { App } from './app.tsx'
import './style/base.css'
import './style/parts.css'

render(() => <App />, document.getElementById('app')!)
