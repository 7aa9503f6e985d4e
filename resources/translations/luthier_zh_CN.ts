<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>AboutCard</name>
    <message>
        <source>About Luthier</source>
        <translation>关于 Luthier</translation>
    </message>
    <message>
        <source>Versions and licences…</source>
        <translation>版本与许可证…</translation>
    </message>
    <message>
        <source>What Luthier is made of, with the text of every licence</source>
        <translation>Luthier 由哪些作品构成，附每份许可证的全文</translation>
    </message>
    <message>
        <source>Diagnostics…</source>
        <translation>诊断…</translation>
    </message>
    <message>
        <source>Gather versions, checks, logs and errors for a bug report, and look through them</source>
        <translation>收集版本、检查结果、日志和错误，用于报告问题，并可先逐一查看</translation>
    </message>
    <message>
        <source>Look for a newer version</source>
        <translation>查看有无新版本</translation>
    </message>
    <message>
        <source>One request to the address below at each start; nothing else is ever asked or told</source>
        <translation>每次启动时向下面的地址发出一次请求；除此之外从不询问或告知任何事</translation>
    </message>
    <message>
        <source>Address of the feed</source>
        <translation>更新源地址</translation>
    </message>
    <message>
        <source>Where newer versions are told of; whoever gave you Luthier knows it</source>
        <translation>从这里得知新版本；给你 Luthier 的人知道这个地址</translation>
    </message>
    <message>
        <source>Check now</source>
        <translation>立即检查</translation>
    </message>
    <message>
        <source>Ask the feed once whether there is a newer version</source>
        <translation>向更新源询问一次有无新版本</translation>
    </message>
    <message>
        <source>Where to get it</source>
        <translation>从哪里获取</translation>
    </message>
    <message>
        <source>Copy the address; nothing is fetched</source>
        <translation>复制地址；不会下载任何东西</translation>
    </message>
    <message>
        <source>Free software under the Apache License 2.0. Uses Qt for Python (LGPL), PyTorch, Transformers, PEFT and llama.cpp. Works offline: nothing leaves this computer.</source>
        <translation>自由软件，采用 Apache 2.0 许可证。使用 Qt for Python（LGPL）、PyTorch、Transformers、PEFT 和 llama.cpp。离线工作：任何数据都不会离开这台电脑。</translation>
    </message>
    <message>
        <source>Look for a newer version at each start: one request to this address</source>
        <translation>每次启动时查看有无新版本：向此地址发出一次请求</translation>
    </message>
    <message>
        <source>Version {0}</source>
        <translation>版本 {0}</translation>
    </message>
    <message>
        <source>engine {0}</source>
        <translation>引擎 {0}</translation>
    </message>
    <message>
        <source>Asking…</source>
        <translation>正在询问…</translation>
    </message>
    <message>
        <source>Version {0} is out.</source>
        <translation>版本 {0} 已发布。</translation>
    </message>
    <message>
        <source>This is the newest version; the feed tells of {0}.</source>
        <translation>这已是最新版本；更新源给出的是 {0}。</translation>
    </message>
    <message>
        <source>Luthier is set to stay offline, so nobody is asked</source>
        <translation>Luthier 设为保持离线，因此没有询问任何人</translation>
    </message>
    <message>
        <source>Enter the address of a feed first</source>
        <translation>请先填写更新源的地址</translation>
    </message>
</context>
<context>
    <name>AboutDialog</name>
    <message>
        <source>About Luthier</source>
        <translation>关于 Luthier</translation>
    </message>
    <message>
        <source>Search works and licences</source>
        <translation>搜索作品和许可证</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Every word must stand in the name or the licence</source>
        <translation>每个词都必须出现在名称或许可证中</translation>
    </message>
    <message>
        <source>Works</source>
        <translation>作品</translation>
    </message>
    <message>
        <source>Everything that Luthier is made of</source>
        <translation>Luthier 所包含的一切</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>许可证</translation>
    </message>
    <message>
        <source>The licence texts that came with the work</source>
        <translation>随该作品附带的许可证文本</translation>
    </message>
    <message>
        <source>Copy the versions</source>
        <translation>复制版本信息</translation>
    </message>
    <message>
        <source>Put the list of versions on the clipboard</source>
        <translation>把版本列表放到剪贴板</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Back to the window</source>
        <translation>回到窗口</translation>
    </message>
    <message>
        <source>Free software under the Apache License 2.0, made of the works of others that are listed here.</source>
        <translation>依 Apache License 2.0 发布的自由软件，由这里列出的众多作品构成。</translation>
    </message>
    <message>
        <source>Versions</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>Licences</source>
        <translation>许可证</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>正在读取…</translation>
    </message>
    <message>
        <source>It came without a licence text. Its licence is named above.</source>
        <translation>它没有附带许可证文本。其许可证名称见上方。</translation>
    </message>
    <message>
        <source>{0} of {1} works</source>
        <translation>{1} 件作品中的 {0} 件</translation>
    </message>
</context>
<context>
    <name>Actions</name>
    <message>
        <source>Choose a dataset first.</source>
        <translation>请先选择数据集。</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>数据</translation>
    </message>
    <message>
        <source>{path}: {reason}</source>
        <translation>{path}：{reason}</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>查看</translation>
    </message>
    <message>
        <source>Load a model first.</source>
        <translation>请先加载模型。</translation>
    </message>
    <message>
        <source>Luthier {version} is out. The Settings show what is new in it.</source>
        <translation>Luthier {version} 已发布。新内容见设置。</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Cannot write {path}: {reason}</source>
        <translation>无法写入 {path}：{reason}</translation>
    </message>
    <message>
        <source>The diagnostics were saved. Nothing was sent.</source>
        <translation>诊断已保存。没有发送任何内容。</translation>
    </message>
    <message>
        <source>Conversation saved: {path}</source>
        <translation>对话已保存：{path}</translation>
    </message>
    <message>
        <source>Reveal</source>
        <translation>在文件夹中显示</translation>
    </message>
    <message>
        <source>The corrected answer is in the dataset.</source>
        <translation>更正后的回答已加入数据集。</translation>
    </message>
    <message>
        <source>{path} is no file that could be imported.</source>
        <translation>{path} 不是可以导入的文件。</translation>
    </message>
    <message>
        <source>What was copied is neither a path nor rows of data.</source>
        <translation>复制的内容既不是路径，也不是数据行。</translation>
    </message>
    <message>
        <source>added {name}</source>
        <translation>已添加 {name}</translation>
    </message>
    <message>
        <source>added {count} files</source>
        <translation>已添加 {count} 个文件</translation>
    </message>
    <message>
        <source>removed {name}</source>
        <translation>已移除 {name}</translation>
    </message>
    <message>
        <source>column of {name}</source>
        <translation>{name} 的列</translation>
    </message>
    <message>
        <source>format of {name}</source>
        <translation>{name} 的格式</translation>
    </message>
    <message>
        <source>Cannot read the recipe {path}: {reason}</source>
        <translation>无法读取配方 {path}：{reason}</translation>
    </message>
    <message>
        <source>The dataset is written: {path}</source>
        <translation>数据集已写入：{path}</translation>
    </message>
    <message>
        <source>Cannot read the version {path}: {reason}</source>
        <translation>无法读取版本 {path}：{reason}</translation>
    </message>
    <message>
        <source>{path} holds no recipe.</source>
        <translation>{path} 中没有配方。</translation>
    </message>
    <message>
        <source>version of {name}</source>
        <translation>{name} 的版本</translation>
    </message>
    <message>
        <source>rows of {name}</source>
        <translation>{name} 的行</translation>
    </message>
    <message>
        <source>change of the recipe</source>
        <translation>方案的更改</translation>
    </message>
    <message>
        <source>change that the plan proposes</source>
        <translation>计划建议的更改</translation>
    </message>
    <message>
        <source>{path} is a recipe of another version.</source>
        <translation>{path} 是其他版本的配方。</translation>
    </message>
    <message>
        <source>opened recipe</source>
        <translation>打开的方案</translation>
    </message>
    <message>
        <source>Opened as a configuration of {program}.</source>
        <translation>已作为 {program} 的配置打开。</translation>
    </message>
    <message>
        <source>{count} options have no counterpart: {names}</source>
        <translation>{count} 个选项没有对应项：{names}</translation>
    </message>
    <message>
        <source>Recipe saved: {path}</source>
        <translation>配方已保存：{path}</translation>
    </message>
    <message>
        <source>The starter model is ready.</source>
        <translation>入门模型已就绪。</translation>
    </message>
    <message>
        <source>There is nothing at {path} any more.</source>
        <translation>{path} 已不存在。</translation>
    </message>
    <message>
        <source>Open a finished run first.</source>
        <translation>请先打开一个已完成的运行。</translation>
    </message>
    <message>
        <source>The run is still going; pause or stop it first.</source>
        <translation>运行仍在进行，请先暂停或停止。</translation>
    </message>
    <message>
        <source>The export is finished.</source>
        <translation>导出完成。</translation>
    </message>
    <message>
        <source>A run is in progress. Pause or stop it before another one begins.</source>
        <translation>已有运行在进行。请先暂停或停止它，再开始另一个。</translation>
    </message>
    <message>
        <source>Run {name} is still going.</source>
        <translation>运行 {name} 仍在进行。</translation>
    </message>
    <message>
        <source>The run cannot be reached: {reason}</source>
        <translation>无法连接到该运行：{reason}</translation>
    </message>
    <message>
        <source>Training of {name} is finished.</source>
        <translation>{name} 训练完成。</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>{name} is paused; its checkpoint is safe.</source>
        <translation>{name} 已暂停，检查点已保存。</translation>
    </message>
    <message>
        <source>{name} was stopped.</source>
        <translation>{name} 已停止。</translation>
    </message>
    <message>
        <source>Run {name} stopped at step {step}, before its first checkpoint.</source>
        <translation>运行 {name} 在第 {step} 步停止，当时还没有检查点。</translation>
    </message>
    <message>
        <source>Run {name} stopped at step {step}; there is a checkpoint at step {saved}.</source>
        <translation>运行 {name} 在第 {step} 步停止；第 {saved} 步有检查点。</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>A run is in progress; lay {name} over its charts with Compare.</source>
        <translation>有运行正在进行；可用“对比”把 {name} 叠加到它的曲线上。</translation>
    </message>
    <message>
        <source>{name} is in progress; stop it first.</source>
        <translation>{name} 正在进行，请先停止。</translation>
    </message>
    <message>
        <source>{name} cannot be deleted: {reason}</source>
        <translation>无法删除 {name}：{reason}</translation>
    </message>
    <message>
        <source>{name} was deleted.</source>
        <translation>已删除 {name}。</translation>
    </message>
    <message>
        <source>This conversation cannot be read any more.</source>
        <translation>此对话已无法读取。</translation>
    </message>
    <message>
        <source>The conversation is deleted.</source>
        <translation>对话已删除。</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Conversations cannot be kept in {path}: {reason}</source>
        <translation>无法在 {path} 中保存对话：{reason}</translation>
    </message>
    <message>
        <source>{name} cannot be brought back: {reason}</source>
        <translation>无法恢复 {name}：{reason}</translation>
    </message>
    <message>
        <source>edit of a row</source>
        <translation>编辑一行</translation>
    </message>
    <message>
        <source>deletion of a row</source>
        <translation>删除一行</translation>
    </message>
    <message>
        <source>restored row</source>
        <translation>恢复一行</translation>
    </message>
    <message>
        <source>cleaning steps</source>
        <translation>清洗步骤</translation>
    </message>
    <message>
        <source>The rows are clean already: no further step would change anything.</source>
        <translation>数据已经干净：再加步骤也不会有任何改变。</translation>
    </message>
    <message>
        <source>clean for me</source>
        <translation>一键清洗</translation>
    </message>
    <message>
        <source>sample project</source>
        <translation>示例项目</translation>
    </message>
    <message>
        <source>advice</source>
        <translation>建议</translation>
    </message>
    <message>
        <source>The model is here.</source>
        <translation>模型已就绪。</translation>
    </message>
    <message>
        <source>The model can be trained now.</source>
        <translation>模型现在可以训练了。</translation>
    </message>
    <message>
        <source>Written for {program}: {path}.</source>
        <translation>已为 {program} 写出：{path}。</translation>
    </message>
    <message>
        <source>The report is saved as {name}.</source>
        <translation>报告已保存为 {name}。</translation>
    </message>
    <message>
        <source>The recipe has faults; mend them first.</source>
        <translation>配方有错误；请先修正。</translation>
    </message>
    <message>
        <source>A run is in progress; a search would slow it down. Wait for it, or pause it.</source>
        <translation>有运行正在进行；搜索会拖慢它。请等待或暂停它。</translation>
    </message>
    <message>
        <source>A search is in progress. Wait for it, or stop it; it can go on later.</source>
        <translation>有搜索正在进行。请等待或停止它；之后可以继续。</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>The search is finished.</source>
        <translation>搜索已完成。</translation>
    </message>
    <message>
        <source>The search is finished: trial {number} has the lowest held-out loss.</source>
        <translation>搜索已完成：第 {number} 次试验的留出损失最低。</translation>
    </message>
    <message>
        <source>The recipe has no option {path} now; choose the method of the search first.</source>
        <translation>配方现在没有选项 {path}；请先选择该搜索的方法。</translation>
    </message>
    <message>
        <source>options of trial {number}</source>
        <translation>第 {number} 次试验的选项</translation>
    </message>
    <message>
        <source>The recipe has the options of trial {number} now.</source>
        <translation>配方现在使用第 {number} 次试验的选项。</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>方法</translation>
    </message>
    <message>
        <source>The next engine is started from the chosen runtime. What runs now goes on with the engine that it has.</source>
        <translation>下一个引擎将从所选运行时启动。正在运行的任务继续使用它现有的引擎。</translation>
    </message>
    <message>
        <source>The engine of the runtime {0} does not start.</source>
        <translation>运行时 {0} 的引擎无法启动。</translation>
    </message>
    <message>
        <source>{0} Luthier uses the engine that it brings.</source>
        <translation>{0} Luthier 使用自带的引擎。</translation>
    </message>
    <message>
        <source>This runtime is at work. Wait until that has ended, or stop it, then remove the runtime.</source>
        <translation>这个运行时正在工作。请等它结束或将其停止，然后再移除。</translation>
    </message>
    <message>
        <source>The runtime {0} is installed. Choose it in the Settings to use it.</source>
        <translation>运行时 {0} 已安装。要使用它，请在设置中选择。</translation>
    </message>
    <message>
        <source>Every file of the runtime {0} is as it should be.</source>
        <translation>运行时 {0} 的每个文件都完好。</translation>
    </message>
    <message>
        <source>The runtime {0} was removed.</source>
        <translation>运行时 {0} 已移除。</translation>
    </message>
    <message>
        <source>The search is in progress; stop it first.</source>
        <translation>搜索正在进行；请先停止它。</translation>
    </message>
    <message>
        <source>The search {name} was deleted with its trials.</source>
        <translation>搜索 {name} 及其试验已删除。</translation>
    </message>
    <message>
        <source>The folder of the search {name} cannot be moved: {reason}</source>
        <translation>搜索 {name} 的文件夹无法移动：{reason}</translation>
    </message>
    <message>
        <source>The sample is trained, exported and loaded to talk to, one after the other.</source>
        <translation>示例会依次训练、导出并加载，然后就能对话。</translation>
    </message>
    <message>
        <source>Do it myself</source>
        <translation>我自己来</translation>
    </message>
    <message>
        <source>This folder cannot be used: {reason}</source>
        <translation>无法使用这个文件夹：{reason}</translation>
    </message>
    <message>
        <source>A run is in progress and holds the memory. Wait for it, or pause it.</source>
        <translation>有运行正在进行并占用内存。请等它结束，或将其暂停。</translation>
    </message>
</context>
<context>
    <name>AddStepPopup</name>
    <message>
        <source>Search steps</source>
        <translation>搜索步骤</translation>
    </message>
    <message>
        <source>Words of what a step does</source>
        <translation>步骤说明中的词</translation>
    </message>
    <message>
        <source>Cleaning steps</source>
        <translation>清洗步骤</translation>
    </message>
    <message>
        <source>Other</source>
        <translation>其他</translation>
    </message>
</context>
<context>
    <name>Advice</name>
    <message>
        <source>Style</source>
        <translation>风格</translation>
    </message>
    <message>
        <source>Answer in a certain manner, role or form</source>
        <translation>以某种方式、角色或形式回答</translation>
    </message>
    <message>
        <source>Facts</source>
        <translation>知识</translation>
    </message>
    <message>
        <source>Know something that the model does not know yet</source>
        <translation>知道模型还不知道的内容</translation>
    </message>
    <message>
        <source>Preferences</source>
        <translation>偏好</translation>
    </message>
    <message>
        <source>Prefer one kind of answer over another; needs pairs or verdicts</source>
        <translation>更偏好某一类回答；需要成对回答或带评判的回答</translation>
    </message>
    <message>
        <source>Read on</source>
        <translation>续读</translation>
    </message>
    <message>
        <source>Continued pretraining on running text of a field or a language</source>
        <translation>在某一领域或语言的连续文本上继续预训练</translation>
    </message>
    <message>
        <source>Little data</source>
        <translation>少量数据</translation>
    </message>
    <message>
        <source>Make the most of a few dozen rows</source>
        <translation>充分利用几十行数据</translation>
    </message>
</context>
<context>
    <name>AdviceCard</name>
    <message>
        <source>Advise me</source>
        <translation>给我建议</translation>
    </message>
    <message>
        <source>What is the training for?</source>
        <translation>训练的目的是什么？</translation>
    </message>
    <message>
        <source>Close the advice and change nothing</source>
        <translation>关闭建议，不做任何更改</translation>
    </message>
    <message>
        <source>Set the chosen options; Undo takes all of them back</source>
        <translation>设置所选选项；撤销可全部还原</translation>
    </message>
    <message>
        <source>As it is already ({0})</source>
        <translation>已经如此（{0}）</translation>
    </message>
    <message>
        <source>Then {0} of {1} free: it fits</source>
        <translation>则需 {0}，可用 {1}：放得下</translation>
    </message>
    <message>
        <source>Then {0} of {1} free: it does not fit</source>
        <translation>则需 {0}，可用 {1}：放不下</translation>
    </message>
    <message>
        <source>{0} parameters</source>
        <translation>{0} 参数</translation>
    </message>
    <message>
        <source>{0} conversations</source>
        <translation>{0} 段对话</translation>
    </message>
    <message>
        <source>{0} texts</source>
        <translation>{0} 篇文本</translation>
    </message>
    <message>
        <source>{0} pairs of answers</source>
        <translation>{0} 对回答</translation>
    </message>
    <message>
        <source>{0} answers with a verdict</source>
        <translation>{0} 个带评判的回答</translation>
    </message>
    <message>
        <source>Apply {0} changes</source>
        <translation>应用 {0} 项更改</translation>
    </message>
    <message>
        <source>Nothing to apply</source>
        <translation>没有可应用的更改</translation>
    </message>
</context>
<context>
    <name>AnswerTurn</name>
    <message>
        <source>Add to data</source>
        <translation>加入数据</translation>
    </message>
    <message>
        <source>Append the question with this answer to a dataset of yours, and use it in the next run</source>
        <translation>把问题和这个回答追加到你的数据集，供下次运行使用</translation>
    </message>
    <message>
        <source>Write the answer you want. It becomes a training row together with the question.</source>
        <translation>写下你想要的回答，它会与问题一起成为一条训练数据。</translation>
    </message>
    <message>
        <source>Regenerate</source>
        <translation>重新生成</translation>
    </message>
    <message>
        <source>Answer once more on both sides, with the next seed</source>
        <translation>用下一个种子让两边各再回答一次</translation>
    </message>
    <message>
        <source>Correct and add to data</source>
        <translation>更正并加入数据</translation>
    </message>
    <message>
        <source>Write the better answer and train on it next time</source>
        <translation>写出更好的回答，下次训练时使用</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy this answer as Markdown</source>
        <translation>以 Markdown 复制此回答</translation>
    </message>
    <message>
        <source>Thoughts</source>
        <translation>思考过程</translation>
    </message>
    <message>
        <source>answering…</source>
        <translation>正在回答…</translation>
    </message>
    <message>
        <source>thinking…</source>
        <translation>思考中…</translation>
    </message>
    <message>
        <source>interrupted</source>
        <translation>已中断</translation>
    </message>
    <message>
        <source>{0} tokens</source>
        <translation>{0} 个 token</translation>
    </message>
    <message>
        <source>{0} tokens/s</source>
        <translation>{0} token/秒</translation>
    </message>
    <message>
        <source>first after {0} s</source>
        <translation>首个 token 用时 {0} 秒</translation>
    </message>
    <message>
        <source>cut at the most tokens allowed</source>
        <translation>达到 token 上限被截断</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>已停止</translation>
    </message>
</context>
<context>
    <name>AnswersView</name>
    <message>
        <source>Previous question</source>
        <translation>上一个问题</translation>
    </message>
    <message>
        <source>Next question</source>
        <translation>下一个问题</translation>
    </message>
    <message>
        <source>preferred by the judge</source>
        <translation>评判者偏好</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>训练前</translation>
    </message>
    <message>
        <source>After</source>
        <translation>训练后</translation>
    </message>
    <message>
        <source>Wanted</source>
        <translation>期望</translation>
    </message>
    <message>
        <source>Question {number} of {total}</source>
        <translation>第 {number} 个问题，共 {total} 个</translation>
    </message>
</context>
<context>
    <name>ApiCard</name>
    <message>
        <source>Local API</source>
        <translation>本地 API</translation>
    </message>
    <message>
        <source>Let other programs of this computer talk to a model</source>
        <translation>让这台电脑上的其他程序与模型对话</translation>
    </message>
    <message>
        <source>Programs that speak OpenAI&apos;s interface can use a model from here: on this computer only, with a token that is new at each start, and for as long as Luthier is open.</source>
        <translation>使用 OpenAI 接口的程序可以从这里使用模型：仅限这台电脑，令牌每次启动都会更换，Luthier 打开期间有效。</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Which model other programs talk to</source>
        <translation>其他程序与哪个模型对话</translation>
    </message>
    <message>
        <source>any that is free</source>
        <translation>任意空闲端口</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>端口</translation>
    </message>
    <message>
        <source>Where it listens; 0 takes any port that is free</source>
        <translation>监听的端口；0 表示任意空闲端口</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Copy the address</source>
        <translation>复制地址</translation>
    </message>
    <message>
        <source>Copy the token</source>
        <translation>复制令牌</translation>
    </message>
    <message>
        <source>Access token</source>
        <translation>访问令牌</translation>
    </message>
    <message>
        <source>Model&apos;s name</source>
        <translation>模型名称</translation>
    </message>
    <message>
        <source>Copy what programs call the model</source>
        <translation>复制程序所用的模型名称</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>正在停止…</translation>
    </message>
    <message>
        <source>Loading the model…</source>
        <translation>正在加载模型…</translation>
    </message>
    <message>
        <source>Answering. Requests wait for each other.</source>
        <translation>正在提供服务。请求依次排队处理。</translation>
    </message>
</context>
<context>
    <name>AppearanceCard</name>
    <message>
        <source>Appearance</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>System</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Show the welcome again</source>
        <translation>再次显示欢迎页</translation>
    </message>
    <message>
        <source>Language, folders, the check of this computer, found models, and the sample</source>
        <translation>语言、文件夹、本机检查、找到的模型和示例</translation>
    </message>
</context>
<context>
    <name>AxisRow</name>
    <message>
        <source>Vary this option no more</source>
        <translation>不再变动此选项</translation>
    </message>
    <message>
        <source>Smallest value of {0}</source>
        <translation>{0} 的最小值</translation>
    </message>
    <message>
        <source>Largest value of {0}</source>
        <translation>{0} 的最大值</translation>
    </message>
    <message>
        <source>to</source>
        <translation>至</translation>
    </message>
    <message>
        <source>by magnitudes</source>
        <translation>按数量级</translation>
    </message>
    <message>
        <source>As many trials from 1e-5 to 1e-4 as from 1e-4 to 1e-3</source>
        <translation>1e-5 到 1e-4 的试验数与 1e-4 到 1e-3 的相同</translation>
    </message>
    <message>
        <source>on</source>
        <translation>开</translation>
    </message>
    <message>
        <source>off</source>
        <translation>关</translation>
    </message>
    <message>
        <source>Try this value</source>
        <translation>尝试此值</translation>
    </message>
    <message>
        <source>{0}: choose at least two values</source>
        <translation>{0}：请至少选择两个值</translation>
    </message>
    <message>
        <source>{0}: the first number must be the smaller one</source>
        <translation>{0}：第一个数必须较小</translation>
    </message>
</context>
<context>
    <name>BeforeAfterCard</name>
    <message>
        <source>Before and after</source>
        <translation>训练前后</translation>
    </message>
    <message>
        <source>Held-out loss</source>
        <translation>留出数据损失</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>困惑度</translation>
    </message>
    <message>
        <source>On rows that were not trained on; lower is better</source>
        <translation>在未参与训练的数据上测得；越低越好</translation>
    </message>
    <message>
        <source>How many words the model hesitates between; lower is better</source>
        <translation>模型在多少个词之间犹豫；越低越好</translation>
    </message>
    <message>
        <source>{0} held-out rows</source>
        <translation>{0} 行留出数据</translation>
    </message>
    <message>
        <source>✓ loss {0} lower</source>
        <translation>✓ 损失降低 {0}</translation>
    </message>
    <message>
        <source>⚠ not better than the base</source>
        <translation>⚠ 不比基础模型好</translation>
    </message>
</context>
<context>
    <name>BuildPart</name>
    <message>
        <source>Close this message</source>
        <translation>关闭此消息</translation>
    </message>
    <message>
        <source>{rows} to train</source>
        <translation>训练 {rows}</translation>
    </message>
    <message>
        <source>{rows} to validate</source>
        <translation>验证 {rows}</translation>
    </message>
    <message>
        <source>{rows} to test</source>
        <translation>测试 {rows}</translation>
    </message>
    <message>
        <source>✓ The dataset is written: {rows}</source>
        <translation>✓ 数据集已写入：{rows}</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>正在停止…</translation>
    </message>
    <message>
        <source>Reading the rows</source>
        <translation>正在读取各行</translation>
    </message>
    <message>
        <source>Writing the dataset</source>
        <translation>正在写入数据集</translation>
    </message>
</context>
<context>
    <name>CallCard</name>
    <message>
        <source>Calls {0}</source>
        <translation>调用 {0}</translation>
    </message>
</context>
<context>
    <name>CardList</name>
    <message>
        <source>Counting for graphics cards …</source>
        <translation>正在为显卡计算 …</translation>
    </message>
    <message>
        <source>fits</source>
        <translation>放得下</translation>
    </message>
    <message>
        <source>does not fit</source>
        <translation>放不下</translation>
    </message>
</context>
<context>
    <name>ChangeList</name>
    <message>
        <source>Nothing that may be changed takes noticeably less.</source>
        <translation>可以更改的选项中，没有能明显省内存的。</translation>
    </message>
    <message>
        <source>Looking for changes that take less memory …</source>
        <translation>正在查找更省内存的更改 …</translation>
    </message>
</context>
<context>
    <name>ChangeRow</name>
    <message>
        <source>saves {0}</source>
        <translation>节省 {0}</translation>
    </message>
    <message>
        <source>then it fits</source>
        <translation>之后放得下</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>应用</translation>
    </message>
    <message>
        <source>Change the recipe so; Undo takes it back</source>
        <translation>按此更改配方；可以撤销</translation>
    </message>
    <message>
        <source>Apply: {0}</source>
        <translation>应用：{0}</translation>
    </message>
</context>
<context>
    <name>Charts</name>
    <message>
        <source>Gradient norm</source>
        <translation>梯度范数</translation>
    </message>
    <message>
        <source>Spikes are batches that surprise the model; steady growth means the learning rate is too high.</source>
        <translation>尖峰是让模型意外的批次；持续上升说明学习率过高。</translation>
    </message>
    <message>
        <source>gradient norm</source>
        <translation>梯度范数</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>学习率</translation>
    </message>
    <message>
        <source>The step size: it rises during the warm-up and falls with the schedule.</source>
        <translation>步长：预热时上升，之后按调度下降。</translation>
    </message>
    <message>
        <source>learning rate</source>
        <translation>学习率</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>Falling is learning. Evaluation loss that rises while training loss falls is overfitting.</source>
        <translation>下降就是在学习。训练损失下降而评估损失上升，则是过拟合。</translation>
    </message>
    <message>
        <source>train</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>evaluation</source>
        <translation>评估</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>Memory of the GPU and of the engine&apos;s process, and what is in use on the whole computer.</source>
        <translation>显存、引擎进程的内存，以及整台电脑的内存占用。</translation>
    </message>
    <message>
        <source>GPU</source>
        <translation>GPU</translation>
    </message>
    <message>
        <source>process</source>
        <translation>进程</translation>
    </message>
    <message>
        <source>computer</source>
        <translation>整机</translation>
    </message>
    <message>
        <source>GB</source>
        <translation>GB</translation>
    </message>
    <message>
        <source>Throughput</source>
        <translation>吞吐量</translation>
    </message>
    <message>
        <source>Tokens trained a second, padding not counted.</source>
        <translation>每秒训练的 token 数，不含填充。</translation>
    </message>
    <message>
        <source>tokens per second</source>
        <translation>每秒 token 数</translation>
    </message>
    <message>
        <source>tokens/s</source>
        <translation>token/秒</translation>
    </message>
    <message>
        <source>Length of answers</source>
        <translation>回答长度</translation>
    </message>
    <message>
        <source>Tokens of an answer. At the longest length that is allowed, answers are cut off.</source>
        <translation>一个回答的 token 数。达到允许的最大长度时，回答会被截断。</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>token</translation>
    </message>
    <message>
        <source>Divergence from the start</source>
        <translation>与起点的散度</translation>
    </message>
    <message>
        <source>KL divergence of a token in nats. A steep rise means that the model leaves its language for the reward.</source>
        <translation>每个 token 的 KL 散度，单位 nat。急剧上升意味着模型为了奖励而偏离了自己的语言。</translation>
    </message>
    <message>
        <source>divergence</source>
        <translation>散度</translation>
    </message>
    <message>
        <source>nats</source>
        <translation>nat</translation>
    </message>
    <message>
        <source>Reward</source>
        <translation>奖励</translation>
    </message>
    <message>
        <source>What the model&apos;s answers are worth; rising is learning. Without a spread there is nothing to compare.</source>
        <translation>模型回答的得分；上升即在学习。没有差异时就无从比较。</translation>
    </message>
    <message>
        <source>reward</source>
        <translation>奖励</translation>
    </message>
    <message>
        <source>spread</source>
        <translation>差异</translation>
    </message>
    <message>
        <source>Held-out loss that rises while training loss falls is overfitting.</source>
        <translation>训练损失下降而留出损失上升即为过拟合。</translation>
    </message>
    <message>
        <source>held out</source>
        <translation>留出</translation>
    </message>
    <message>
        <source>Held-out loss of the trials</source>
        <translation>各次试验的留出损失</translation>
    </message>
    <message>
        <source>Lower is better. The curve with dots is the best trial so far.</source>
        <translation>越低越好。带圆点的曲线是目前最好的试验。</translation>
    </message>
    <message>
        <source>best trial</source>
        <translation>最好的试验</translation>
    </message>
</context>
<context>
    <name>ChatHeader</name>
    <message>
        <source>Chat</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Both models get the same words and draw with the same luck</source>
        <translation>两个模型得到相同的输入，使用相同的随机种子</translation>
    </message>
    <message>
        <source>Try a held-out row</source>
        <translation>试一条留出数据</translation>
    </message>
    <message>
        <source>Take a question that the model was not trained on</source>
        <translation>取一个模型没有训练过的问题</translation>
    </message>
    <message>
        <source>Blind vote</source>
        <translation>盲评</translation>
    </message>
    <message>
        <source>Compare the answers without knowing whose they are, and vote</source>
        <translation>在不知道来自哪个模型的情况下比较回答并投票</translation>
    </message>
    <message>
        <source>Conversations</source>
        <translation>对话记录</translation>
    </message>
    <message>
        <source>Find and open what was talked about before</source>
        <translation>查找并打开以前的对话</translation>
    </message>
    <message>
        <source>New conversation</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>Begin anew on both sides; the models stay loaded</source>
        <translation>两边重新开始；模型保持加载</translation>
    </message>
    <message>
        <source>Save conversation</source>
        <translation>保存对话</translation>
    </message>
    <message>
        <source>Write both conversations to a file</source>
        <translation>把两边的对话写入文件</translation>
    </message>
    <message>
        <source>To read: Markdown…</source>
        <translation>便于阅读：Markdown…</translation>
    </message>
    <message>
        <source>For programs: JSON with the sampling…</source>
        <translation>便于程序处理：含采样参数的 JSON…</translation>
    </message>
    <message>
        <source>same prompt, same seed {0}</source>
        <translation>相同提示，相同种子 {0}</translation>
    </message>
</context>
<context>
    <name>ChatModels</name>
    <message>
        <source>Of the open run</source>
        <translation>来自打开的运行</translation>
    </message>
    <message>
        <source>Other runs</source>
        <translation>其他运行</translation>
    </message>
    <message>
        <source>On this computer</source>
        <translation>这台电脑上的模型</translation>
    </message>
    <message>
        <source>With a server that is started</source>
        <translation>由启动的服务器运行</translation>
    </message>
    <message>
        <source>Of servers</source>
        <translation>来自服务器</translation>
    </message>
    <message>
        <source>{run} as trained</source>
        <translation>{run} 训练结果</translation>
    </message>
    <message>
        <source>the newest export of the run, else its adapter on the base model</source>
        <translation>该运行最新的导出；没有则用基础模型加适配器</translation>
    </message>
    <message>
        <source>base model of {run}</source>
        <translation>{run} 的基础模型</translation>
    </message>
    <message>
        <source>answered by {program}</source>
        <translation>由 {program} 回答</translation>
    </message>
</context>
<context>
    <name>ChatPage</name>
    <message>
        <source>There is no held-out row</source>
        <translation>没有留出数据</translation>
    </message>
    <message>
        <source>Any of {0}</source>
        <translation>{0} 中的任意一条</translation>
    </message>
</context>
<context>
    <name>CheckRow</name>
    <message>
        <source>in order</source>
        <translation>正常</translation>
    </message>
    <message>
        <source>needs a look</source>
        <translation>需要看一看</translation>
    </message>
    <message>
        <source>must be mended</source>
        <translation>必须解决</translation>
    </message>
    <message>
        <source>Install</source>
        <translation>安装</translation>
    </message>
    <message>
        <source>Install the starter model now</source>
        <translation>立即安装入门模型</translation>
    </message>
    <message>
        <source>Choose folders</source>
        <translation>选择文件夹</translation>
    </message>
    <message>
        <source>Keep models and runs on another disk or in another folder</source>
        <translation>把模型和运行存到另一个磁盘或文件夹</translation>
    </message>
</context>
<context>
    <name>ChecksStep</name>
    <message>
        <source>This computer</source>
        <translation>这台计算机</translation>
    </message>
    <message>
        <source>Every row is green or says how to mend it. Nothing here keeps you from going on.</source>
        <translation>每一行要么是绿色，要么说明如何解决。这里没有任何一项会妨碍你继续。</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>重新检查</translation>
    </message>
    <message>
        <source>Examine this computer again</source>
        <translation>再检查一遍这台计算机</translation>
    </message>
    <message>
        <source>Start Luthier again; if the engine still does not come, install Luthier again.</source>
        <translation>请重新启动 Luthier；如果引擎仍不出现，请重新安装 Luthier。</translation>
    </message>
    <message>
        <source>It is not running.</source>
        <translation>它没有在运行。</translation>
    </message>
</context>
<context>
    <name>ChoiceChip</name>
    <message>
        <source>This run trained the whole model, so it has no adapter</source>
        <translation>此运行训练了整个模型，因此没有适配器</translation>
    </message>
    <message>
        <source>export it</source>
        <translation>导出它</translation>
    </message>
    <message>
        <source>as the base model</source>
        <translation>与基础模型相同</translation>
    </message>
    <message>
        <source>Click to choose or to leave out</source>
        <translation>点击选择或取消</translation>
    </message>
</context>
<context>
    <name>ChoiceRow</name>
    <message>
        <source>Take this change over</source>
        <translation>采用此项更改</translation>
    </message>
    <message>
        <source>{0} → {1}</source>
        <translation>{0} → {1}</translation>
    </message>
    <message>
        <source>Source: {0}</source>
        <translation>来源：{0}</translation>
    </message>
    <message>
        <source>It needs another change of this list</source>
        <translation>它需要此列表中的另一项更改</translation>
    </message>
</context>
<context>
    <name>ChoicesPanel</name>
    <message>
        <source>Answers to compare</source>
        <translation>要比较的回答数</translation>
    </message>
    <message>
        <source>Held-out questions that both models answer; 0 measures the loss only</source>
        <translation>两个模型都回答的留出问题数；0 表示只测损失</translation>
    </message>
    <message>
        <source>Longest answer</source>
        <translation>最长回答</translation>
    </message>
    <message>
        <source>Tokens after which an answer is cut off</source>
        <translation>超过这么多 token 的回答会被截断</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Pattern</source>
        <translation>表达式</translation>
    </message>
    <message>
        <source>A regular expression that answers should match, as in ^Answer: \d+$</source>
        <translation>回答应匹配的正则表达式，例如 ^Answer: \d+$</translation>
    </message>
    <message>
        <source>General questions</source>
        <translation>通用问题</translation>
    </message>
    <message>
        <source>Ask questions that have nothing to do with the data, to see what was forgotten</source>
        <translation>询问与数据无关的问题，看看忘记了什么</translation>
    </message>
    <message>
        <source>nobody</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Judge</source>
        <translation>评判者</translation>
    </message>
    <message>
        <source>A model that compares both answers in pairs; a server&apos;s model gets the questions and the answers</source>
        <translation>成对比较两个回答的模型；若是服务器上的模型，问题和回答会发送给它</translation>
    </message>
</context>
<context>
    <name>CleaningCard</name>
    <message>
        <source>Cleaning</source>
        <translation>清洗</translation>
    </message>
    <message>
        <source>Clean for me</source>
        <translation>一键清洗</translation>
    </message>
    <message>
        <source>Look at the rows and put in the steps that suit them; one undo takes all of it back</source>
        <translation>查看各行并加入合适的步骤；一次撤销即可全部收回</translation>
    </message>
    <message>
        <source>No step yet: the rows go in as they are. The files themselves are never changed.</source>
        <translation>还没有步骤：各行原样使用。文件本身从不改变。</translation>
    </message>
    <message>
        <source>+ Add step</source>
        <translation>+ 添加步骤</translation>
    </message>
    <message>
        <source>Choose among all cleaning steps</source>
        <translation>从所有清洗步骤中选择</translation>
    </message>
    <message>
        <source>Each step can be turned off again; the files stay as they are</source>
        <translation>每一步都可以再关闭；文件保持原样</translation>
    </message>
    <message>
        <source>Looking at the rows…</source>
        <translation>正在查看各行…</translation>
    </message>
    <message>
        <source>{rows} rows in, reversible in any order</source>
        <translation>输入 {rows} 行，可按任意顺序撤回</translation>
    </message>
    <message>
        <source>{name} on</source>
        <translation>开启 {name}</translation>
    </message>
    <message>
        <source>{name} off</source>
        <translation>关闭 {name}</translation>
    </message>
    <message>
        <source>option of {name}</source>
        <translation>{name} 的选项</translation>
    </message>
    <message>
        <source>order of {name}</source>
        <translation>{name} 的顺序</translation>
    </message>
    <message>
        <source>removed {name}</source>
        <translation>已移除 {name}</translation>
    </message>
    <message>
        <source>added {name}</source>
        <translation>已添加 {name}</translation>
    </message>
    <message>
        <source>{rows} rows out</source>
        <translation>输出 {rows} 行</translation>
    </message>
</context>
<context>
    <name>CloseDialog</name>
    <message>
        <source>A run is in progress</source>
        <translation>有运行正在进行</translation>
    </message>
    <message>
        <source>What should happen to the run?</source>
        <translation>要如何处理这个运行？</translation>
    </message>
    <message>
        <source>Keep training in the background</source>
        <translation>在后台继续训练</translation>
    </message>
    <message>
        <source>The window closes, the run goes on. Luthier finds it again when you open it.</source>
        <translation>窗口关闭，运行继续。再次打开 Luthier 时会找到它。</translation>
    </message>
    <message>
        <source>Stop and keep</source>
        <translation>停止并保留</translation>
    </message>
    <message>
        <source>Writes a checkpoint and the adapter, then closes.</source>
        <translation>写入检查点和适配器，然后关闭。</translation>
    </message>
    <message>
        <source>Stop and discard</source>
        <translation>停止并丢弃</translation>
    </message>
    <message>
        <source>Removes what this run has learnt, then closes.</source>
        <translation>删除这次运行学到的内容，然后关闭。</translation>
    </message>
    <message>
        <source>Don&apos;t close</source>
        <translation>不关闭</translation>
    </message>
    <message>
        <source>Go back to the window.</source>
        <translation>回到窗口。</translation>
    </message>
    <message>
        <source>{0} is training.</source>
        <translation>{0} 正在训练。</translation>
    </message>
    <message>
        <source>{0} is at step {1} of {2}.</source>
        <translation>{0} 进行到第 {1} 步，共 {2} 步。</translation>
    </message>
</context>
<context>
    <name>CodeDialog</name>
    <message>
        <source>This model brings code of its own</source>
        <translation>此模型自带代码</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>The Python files of the folder</source>
        <translation>文件夹中的 Python 文件</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>代码</translation>
    </message>
    <message>
        <source>What would run, as it stands in the file</source>
        <translation>将要运行的代码，与文件中一致</translation>
    </message>
    <message>
        <source>Allow this code</source>
        <translation>允许此代码</translation>
    </message>
    <message>
        <source>It may then run whenever this model is loaded, until one of its files changes</source>
        <translation>此后每次加载此模型时都可运行它，直到其中某个文件改变</translation>
    </message>
    <message>
        <source>Refuse</source>
        <translation>拒绝</translation>
    </message>
    <message>
        <source>The code is not run, and the model is not used</source>
        <translation>不运行代码，也不使用该模型</translation>
    </message>
    <message>
        <source>Take the permission back</source>
        <translation>收回许可</translation>
    </message>
    <message>
        <source>Ask again before this code runs</source>
        <translation>运行此代码前再次询问</translation>
    </message>
    <message>
        <source>{0} wants to run code</source>
        <translation>{0} 想运行代码</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>正在读取…</translation>
    </message>
    <message>
        <source>All files together, SHA-256: {0}</source>
        <translation>全部文件合计，SHA-256：{0}</translation>
    </message>
    <message>
        <source>These rewards are code</source>
        <translation>这些奖励是代码</translation>
    </message>
    <message>
        <source>It may then run whenever a training run asks it for rewards, until the file changes</source>
        <translation>此后，训练需要奖励时它都可以运行，直到文件发生变化</translation>
    </message>
    <message>
        <source>The code is not run, and no training run starts with it</source>
        <translation>代码不会运行，使用它的训练也不会开始</translation>
    </message>
    <message>
        <source>The file that the recipe names</source>
        <translation>配方指定的文件</translation>
    </message>
    <message>
        <source>The folder asks for no code of its own any more.</source>
        <translation>该文件夹不再要求自带代码。</translation>
    </message>
    <message>
        <source>It calls code from another place ({0}), which Luthier never runs.</source>
        <translation>它调用别处的代码（{0}），Luthier 从不运行这样的代码。</translation>
    </message>
    <message>
        <source>You allowed exactly this code. As soon as one of its files changes, you are asked again.</source>
        <translation>您允许的正是这份代码。其中任何文件一旦改变，会再次询问您。</translation>
    </message>
    <message>
        <source>Transformers knows this kind of model: the code is not needed and is never run.</source>
        <translation>Transformers 认识这种模型：不需要这些代码，也从不运行。</translation>
    </message>
    <message>
        <source>To load this model, the code below would have to run. It could do anything that you can: read and delete your files, use the network. Allow it only if you trust where the folder comes from. It asks for: {0}.</source>
        <translation>加载此模型须运行下面的代码。它能做您能做的任何事：读取和删除您的文件、使用网络。只有信任该文件夹来源时才允许。它要求用于：{0}。</translation>
    </message>
    <message>
        <source>There is no such file any more.</source>
        <translation>该文件已不存在。</translation>
    </message>
    <message>
        <source>You allowed exactly this code. As soon as the file changes, you are asked again.</source>
        <translation>你允许的正是这份代码。文件一旦变化，就会再次询问你。</translation>
    </message>
    <message>
        <source>To say what an answer is worth, the code below would have to run while the model is trained. It could do anything that you can: read and delete your files, use the network. Allow it only if you wrote it, or trust where it comes from.</source>
        <translation>为了给出一个回答的价值，下面的代码必须在模型训练时运行。它能做你能做的任何事：读取和删除你的文件、使用网络。只有在它出自你手或你信任其来源时才允许。</translation>
    </message>
</context>
<context>
    <name>Column</name>
    <message>
        <source>Base</source>
        <translation>基础</translation>
    </message>
    <message>
        <source>Tuned</source>
        <translation>微调后</translation>
    </message>
    <message>
        <source>Choose the model of this side</source>
        <translation>选择这一侧的模型</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Load the same model once more</source>
        <translation>再次加载同一个模型</translation>
    </message>
    <message>
        <source>Another model</source>
        <translation>换一个模型</translation>
    </message>
    <message>
        <source>Conversation: {0}</source>
        <translation>对话：{0}</translation>
    </message>
    <message>
        <source>No model on this side yet.</source>
        <translation>这一侧还没有模型。</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>选择模型</translation>
    </message>
    <message>
        <source>Ask again</source>
        <translation>再问一次</translation>
    </message>
    <message>
        <source>Answer A</source>
        <translation>回答 A</translation>
    </message>
    <message>
        <source>Answer B</source>
        <translation>回答 B</translation>
    </message>
    <message>
        <source>✓ export verified</source>
        <translation>✓ 导出已验证</translation>
    </message>
    <message>
        <source>⚠ export differs a little</source>
        <translation>⚠ 导出略有差异</translation>
    </message>
    <message>
        <source>✕ export differs</source>
        <translation>✕ 导出有差异</translation>
    </message>
</context>
<context>
    <name>ComboEdit</name>
    <message>
        <source>automatic</source>
        <translation>自动</translation>
    </message>
</context>
<context>
    <name>CommandPalette</name>
    <message>
        <source>Search pages, actions, runs and options</source>
        <translation>搜索页面、操作、运行和选项</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Type a few letters of what you look for</source>
        <translation>输入要找的内容的几个字</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>搜索结果</translation>
    </message>
    <message>
        <source>Nothing found. Try fewer letters.</source>
        <translation>没有找到。试试更少的字。</translation>
    </message>
</context>
<context>
    <name>Commands</name>
    <message>
        <source>Add data files…</source>
        <translation>添加数据文件…</translation>
    </message>
    <message>
        <source>Choose dataset files to train on</source>
        <translation>选择用于训练的数据集文件</translation>
    </message>
    <message>
        <source>Try the sample</source>
        <translation>试用示例</translation>
    </message>
    <message>
        <source>Sample dataset and starter model</source>
        <translation>示例数据集和入门模型</translation>
    </message>
    <message>
        <source>Open a recipe…</source>
        <translation>打开配方…</translation>
    </message>
    <message>
        <source>Load all options from a YAML or JSON file</source>
        <translation>从 YAML 或 JSON 文件载入所有选项</translation>
    </message>
    <message>
        <source>Save the recipe…</source>
        <translation>保存配方…</translation>
    </message>
    <message>
        <source>Write all options to a file that reruns the run</source>
        <translation>把所有选项写入文件，可用它重新运行</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Take back the last change of the recipe</source>
        <translation>撤回配方的最近一次修改</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>Make the undone change again</source>
        <translation>再次应用被撤销的修改</translation>
    </message>
    <message>
        <source>Pause the run</source>
        <translation>暂停运行</translation>
    </message>
    <message>
        <source>Write a checkpoint and free the memory</source>
        <translation>写入检查点并释放内存</translation>
    </message>
    <message>
        <source>Save a checkpoint now</source>
        <translation>立即保存检查点</translation>
    </message>
    <message>
        <source>The run goes on</source>
        <translation>运行会继续</translation>
    </message>
    <message>
        <source>Stop and keep</source>
        <translation>停止并保留</translation>
    </message>
    <message>
        <source>Write the adapter and end the run</source>
        <translation>写入适配器并结束运行</translation>
    </message>
    <message>
        <source>Start training</source>
        <translation>开始训练</translation>
    </message>
    <message>
        <source>Run the recipe as it is</source>
        <translation>按当前配方运行</translation>
    </message>
    <message>
        <source>Light theme</source>
        <translation>浅色主题</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>Dark theme</source>
        <translation>深色主题</translation>
    </message>
    <message>
        <source>Theme of the system</source>
        <translation>跟随系统主题</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Show the welcome again</source>
        <translation>再次显示欢迎页</translation>
    </message>
    <message>
        <source>Language, folders, the check of this computer, found models, and the sample</source>
        <translation>语言、文件夹、本机检查、找到的模型和示例</translation>
    </message>
    <message>
        <source>Look for models</source>
        <translation>查找模型</translation>
    </message>
    <message>
        <source>Search this computer for base models</source>
        <translation>在这台电脑上查找基础模型</translation>
    </message>
    <message>
        <source>Open run: {0}</source>
        <translation>打开运行：{0}</translation>
    </message>
    <message>
        <source>Save the recipe as {0}…</source>
        <translation>把配方另存为 {0}…</translation>
    </message>
    <message>
        <source>For another program; what it has no option for is listed</source>
        <translation>供其他程序使用；没有对应选项的内容会列出</translation>
    </message>
    <message>
        <source>About Luthier</source>
        <translation>关于 Luthier</translation>
    </message>
    <message>
        <source>Versions and licences</source>
        <translation>版本与许可证</translation>
    </message>
    <message>
        <source>Diagnostics…</source>
        <translation>诊断…</translation>
    </message>
    <message>
        <source>Gather versions, checks, logs and errors for a bug report</source>
        <translation>收集版本、检查结果、日志和错误，用于报告问题</translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>Your message</source>
        <translation>你的消息</translation>
    </message>
    <message>
        <source>Enter sends, Shift+Enter begins a new line</source>
        <translation>Enter 发送，Shift+Enter 换行</translation>
    </message>
    <message>
        <source>What both models are told first, for example: You answer in one sentence.</source>
        <translation>先告诉两个模型的话，例如：请用一句话回答。</translation>
    </message>
    <message>
        <source>System prompt</source>
        <translation>系统提示</translation>
    </message>
    <message>
        <source>Both models read this before the conversation</source>
        <translation>两个模型在对话前都会读到它</translation>
    </message>
    <message>
        <source>Show or hide what both models are told before the conversation</source>
        <translation>显示或隐藏对话前告诉两个模型的内容</translation>
    </message>
    <message>
        <source>Enter sends · Esc stops</source>
        <translation>Enter 发送 · Esc 停止</translation>
    </message>
    <message>
        <source>System: {0}</source>
        <translation>系统提示：{0}</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>{0} of {1} tokens</source>
        <translation>{0} / {1} 个 token</translation>
    </message>
    <message>
        <source>How much of what the models can keep in mind the conversation has filled</source>
        <translation>对话占用了模型上下文的多少</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>End the answers, keeping what is said (Esc)</source>
        <translation>结束回答，保留已生成的内容（Esc）</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>正在加载…</translation>
    </message>
    <message>
        <source>Load a model first</source>
        <translation>请先加载模型</translation>
    </message>
    <message>
        <source>Nobody can answer yet</source>
        <translation>还没有模型可以回答</translation>
    </message>
    <message>
        <source>Send to both</source>
        <translation>发送给两边</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>发送</translation>
    </message>
    <message>
        <source>Write a message first</source>
        <translation>请先写消息</translation>
    </message>
    <message>
        <source>Ask with the same words and the same seed (Enter)</source>
        <translation>用相同的话和相同的种子提问（Enter）</translation>
    </message>
    <message>
        <source>Ask both…</source>
        <translation>向两边提问…</translation>
    </message>
    <message>
        <source>Ask…</source>
        <translation>提问…</translation>
    </message>
</context>
<context>
    <name>ContentsCard</name>
    <message>
        <source>What is in it</source>
        <translation>数据概况</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>行数</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>Trained</source>
        <translation>参与训练</translation>
    </message>
    <message>
        <source>Turns a row</source>
        <translation>每行轮次</translation>
    </message>
    <message>
        <source>Duplicates</source>
        <translation>重复</translation>
    </message>
    <message>
        <source>Rows that say the same as an earlier one, before cleaning</source>
        <translation>清洗之前与前面某行内容相同的行</translation>
    </message>
    <message>
        <source>By file</source>
        <translation>按文件</translation>
    </message>
    <message>
        <source>Rows, turns, roles, tokens and languages of each file</source>
        <translation>每个文件的行、轮次、角色、token 和语言</translation>
    </message>
</context>
<context>
    <name>ConversationsPopup</name>
    <message>
        <source>Search what was said</source>
        <translation>搜索对话内容</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Every word must be said in it</source>
        <translation>对话中须包含每个词</translation>
    </message>
    <message>
        <source>Conversations</source>
        <translation>对话记录</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Read it, and go on with the models that are loaded</source>
        <translation>阅读此对话，并用已加载的模型继续</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Take it out of the list; this can be undone</source>
        <translation>从列表中移除；可以撤销</translation>
    </message>
    <message>
        <source>Nothing like this was said.</source>
        <translation>没有找到这样的内容。</translation>
    </message>
    <message>
        <source>What you talk about is kept here.</source>
        <translation>您的对话会保存在这里。</translation>
    </message>
</context>
<context>
    <name>ConvertCard</name>
    <message>
        <source>Stop; nothing of the conversion is kept</source>
        <translation>停止；不保留任何转换结果</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>正在停止…</translation>
    </message>
    <message>
        <source>Converting {0}</source>
        <translation>正在转换 {0}</translation>
    </message>
</context>
<context>
    <name>CrashBanner</name>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Go on exactly where its last checkpoint stands</source>
        <translation>从最后的检查点精确地继续</translation>
    </message>
    <message>
        <source>Keep adapter</source>
        <translation>保留适配器</translation>
    </message>
    <message>
        <source>End the run with what its last checkpoint has learnt</source>
        <translation>以最后检查点学到的内容结束运行</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>丢弃</translation>
    </message>
    <message>
        <source>Remove the run from this computer; can be undone</source>
        <translation>从这台电脑移除该运行；可以撤销</translation>
    </message>
    <message>
        <source>{0} stopped unexpectedly at step {1}.</source>
        <translation>{0} 在第 {1} 步意外停止。</translation>
    </message>
    <message>
        <source>There is no checkpoint to resume from.</source>
        <translation>没有可以继续的检查点。</translation>
    </message>
    <message>
        <source>Its last checkpoint is at step {0}.</source>
        <translation>最后的检查点在第 {0} 步。</translation>
    </message>
</context>
<context>
    <name>CrashPanel</name>
    <message>
        <source>Details</source>
        <translation>详情</translation>
    </message>
    <message>
        <source>Go on exactly where the last checkpoint stands</source>
        <translation>从最后的检查点精确地继续</translation>
    </message>
    <message>
        <source>Keep adapter</source>
        <translation>保留适配器</translation>
    </message>
    <message>
        <source>End the run with what its last checkpoint has learnt</source>
        <translation>以最后一个检查点所学的内容结束运行</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>丢弃</translation>
    </message>
    <message>
        <source>Delete this run with its checkpoints</source>
        <translation>删除该运行及其检查点</translation>
    </message>
    <message>
        <source>The engine stopped unexpectedly</source>
        <translation>引擎意外停止</translation>
    </message>
    <message>
        <source>{what}, at step {step}</source>
        <translation>{what}，在第 {step} 步</translation>
    </message>
    <message>
        <source>Resume from step {step}</source>
        <translation>从第 {step} 步继续</translation>
    </message>
</context>
<context>
    <name>DataHead</name>
    <message>
        <source>Data</source>
        <translation>数据</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Undo (Ctrl+Z)</source>
        <translation>撤销（Ctrl+Z）</translation>
    </message>
    <message>
        <source>Redo (Ctrl+Shift+Z)</source>
        <translation>重做（Ctrl+Shift+Z）</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>Write the cleaned rows as files for other programs</source>
        <translation>把清洗后的行写成其他程序可用的文件</translation>
    </message>
    <message>
        <source>Use this data</source>
        <translation>使用此数据</translation>
    </message>
    <message>
        <source>Go on to the choice of model and method</source>
        <translation>继续选择模型和方法</translation>
    </message>
    <message>
        <source>Undo: {what} (Ctrl+Z)</source>
        <translation>撤销：{what}（Ctrl+Z）</translation>
    </message>
    <message>
        <source>Nothing to undo</source>
        <translation>没有可撤销的操作</translation>
    </message>
    <message>
        <source>Redo: {what} (Ctrl+Shift+Z)</source>
        <translation>重做：{what}（Ctrl+Shift+Z）</translation>
    </message>
    <message>
        <source>Nothing to redo</source>
        <translation>没有可重做的操作</translation>
    </message>
    <message>
        <source>Counting rows…</source>
        <translation>正在统计行数…</translation>
    </message>
    <message>
        <source>No rows to train on</source>
        <translation>没有可训练的行</translation>
    </message>
    <message>
        <source>Undo: {what}</source>
        <translation>撤销：{what}</translation>
    </message>
    <message>
        <source>1 file</source>
        <translation>1 个文件</translation>
    </message>
    <message>
        <source>{count} files</source>
        <translation>{count} 个文件</translation>
    </message>
    <message>
        <source>{rows} of {read} rows</source>
        <translation>{read} 行中的 {rows} 行</translation>
    </message>
    <message>
        <source>content hash {hash}</source>
        <translation>内容哈希 {hash}</translation>
    </message>
    <message>
        <source>counting…</source>
        <translation>正在统计…</translation>
    </message>
    <message>
        <source>reading…</source>
        <translation>正在读取…</translation>
    </message>
</context>
<context>
    <name>DataPage</name>
    <message>
        <source>Drop a dataset here</source>
        <translation>把数据集拖到这里</translation>
    </message>
    <message>
        <source>Add files</source>
        <translation>添加文件</translation>
    </message>
    <message>
        <source>Try the sample</source>
        <translation>试用示例</translation>
    </message>
    <message>
        <source>A small dataset and a small model, to see the whole way in minutes</source>
        <translation>一个小数据集和一个小模型，几分钟看完整个流程</translation>
    </message>
    <message>
        <source>Files or whole folders of any kind: tables, JSON, documents, archives. Their shape is recognised, their rows are checked, and nothing leaves this computer.</source>
        <translation>任何类型的文件或整个文件夹：表格、JSON、文档、压缩包。自动识别形式、检查每一行，数据不会离开这台电脑。</translation>
    </message>
    <message>
        <source>Add a folder</source>
        <translation>添加文件夹</translation>
    </message>
    <message>
        <source>Every dataset in a folder and the folders in it</source>
        <translation>文件夹及其子文件夹中的所有数据集</translation>
    </message>
    <message>
        <source>All rows were rejected or cleaned away.</source>
        <translation>所有行都被拒绝或清洗掉了。</translation>
    </message>
    <message>
        <source>Look at the rejected rows, or turn off a cleaning step.</source>
        <translation>查看被拒绝的行，或关闭某个清洗步骤。</translation>
    </message>
    <message>
        <source>The rows hold no answer that could be learnt.</source>
        <translation>这些行里没有可以学习的回答。</translation>
    </message>
    <message>
        <source>Check the column mapping: the answers must stand in the column of the assistant.</source>
        <translation>检查列映射：回答必须在助手对应的列里。</translation>
    </message>
</context>
<context>
    <name>DataWords</name>
    <message>
        <source>anywhere</source>
        <translation>任意处</translation>
    </message>
    <message>
        <source>in the prompt</source>
        <translation>在提示中</translation>
    </message>
    <message>
        <source>in the answer</source>
        <translation>在回答中</translation>
    </message>
    <message>
        <source>in the file&apos;s name</source>
        <translation>在文件名中</translation>
    </message>
    <message>
        <source>in file order</source>
        <translation>按文件顺序</translation>
    </message>
    <message>
        <source>shortest first</source>
        <translation>最短的在前</translation>
    </message>
    <message>
        <source>longest first</source>
        <translation>最长的在前</translation>
    </message>
    <message>
        <source>most turns first</source>
        <translation>轮次最多的在前</translation>
    </message>
    <message>
        <source>other languages</source>
        <translation>其他语言</translation>
    </message>
    <message>
        <source>undetermined</source>
        <translation>未确定</translation>
    </message>
</context>
<context>
    <name>DiagnosticsDialog</name>
    <message>
        <source>Diagnostics</source>
        <translation>诊断</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>What the bundle holds</source>
        <translation>诊断包里有什么</translation>
    </message>
    <message>
        <source>Content</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>Exactly what is saved under this name</source>
        <translation>以此名称保存的就是这些内容</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>保存…</translation>
    </message>
    <message>
        <source>Write these files to one archive of your choice</source>
        <translation>把这些文件写入你选择的一个压缩包</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Save nothing</source>
        <translation>什么都不保存</translation>
    </message>
    <message>
        <source>Versions, checks, settings, errors and the ends of the logs. Keys, tokens, passwords and the names of your folder and computer are hidden. Look through it before you give it away: a log may name your files. Nothing is sent.</source>
        <translation>版本、检查结果、设置、错误以及各日志的末尾。密钥、令牌、密码以及你的文件夹名和计算机名都已隐去。交给别人之前请先看一遍：日志里可能有你的文件名。不会发送任何内容。</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>正在读取…</translation>
    </message>
    <message>
        <source>{0} files, {1}</source>
        <translation>{0} 个文件，{1}</translation>
    </message>
    <message>
        <source>Save the diagnostics</source>
        <translation>保存诊断</translation>
    </message>
    <message>
        <source>Archives</source>
        <translation>压缩包</translation>
    </message>
</context>
<context>
    <name>DownloadCard</name>
    <message>
        <source>Download a model</source>
        <translation>下载模型</translation>
    </message>
    <message>
        <source>Luthier is set to stay offline: nothing is fetched, and nothing else changes. Models that are on this computer work as before. Turn the switch off to download.</source>
        <translation>Luthier 已设为保持离线：不下载任何内容，其他一切不变。这台电脑上的模型照常可用。关闭此开关即可下载。</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Stop; what has come is kept, and the download can go on later</source>
        <translation>停止；已下载的部分会保留，之后可以继续</translation>
    </message>
    <message>
        <source>organisation/model, or the address of its page</source>
        <translation>组织/模型，或其页面的地址</translation>
    </message>
    <message>
        <source>Model on a hub</source>
        <translation>模型站上的模型</translation>
    </message>
    <message>
        <source>For one GGUF of many, add its file: organisation/model/file.gguf</source>
        <translation>若有多个 GGUF，请加上文件名：组织/模型/文件.gguf</translation>
    </message>
    <message>
        <source>Look up</source>
        <translation>查询</translation>
    </message>
    <message>
        <source>Ask the hub for size and licence; nothing is fetched yet</source>
        <translation>向模型站询问大小和许可证；还不下载</translation>
    </message>
    <message>
        <source>Stay offline</source>
        <translation>保持离线</translation>
    </message>
    <message>
        <source>While it is on, Luthier fetches nothing from the network</source>
        <translation>开启时，Luthier 不从网络获取任何内容</translation>
    </message>
    <message>
        <source>Mirror</source>
        <translation>镜像</translation>
    </message>
    <message>
        <source>Another address that speaks the language of Hugging Face</source>
        <translation>使用 Hugging Face 接口的另一个地址</translation>
    </message>
    <message>
        <source>Mirror of Hugging Face</source>
        <translation>Hugging Face 镜像</translation>
    </message>
    <message>
        <source>Where models are fetched from; empty: Hugging Face itself. Hashes are checked either way.</source>
        <translation>从哪里下载模型；留空表示 Hugging Face 本身。两种情况都会校验哈希。</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Asking…</source>
        <translation>正在询问…</translation>
    </message>
    <message>
        <source>licence not named</source>
        <translation>未注明许可证</translation>
    </message>
    <message>
        <source>{0} in {1} files</source>
        <translation>{0}，共 {1} 个文件</translation>
    </message>
    <message>
        <source>{0} free</source>
        <translation>可用 {0}</translation>
    </message>
    <message>
        <source>{0} are here already</source>
        <translation>已有 {0}</translation>
    </message>
    <message>
        <source>its makers want an agreement first</source>
        <translation>其作者要求先同意条款</translation>
    </message>
    <message>
        <source>Already here</source>
        <translation>已在本机</translation>
    </message>
    <message>
        <source>Go on: {0} left</source>
        <translation>继续：还剩 {0}</translation>
    </message>
    <message>
        <source>Download {0}</source>
        <translation>下载 {0}</translation>
    </message>
    <message>
        <source>From {0} to {1}</source>
        <translation>从 {0} 到 {1}</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>正在停止…</translation>
    </message>
    <message>
        <source>Downloading {0}</source>
        <translation>正在下载 {0}</translation>
    </message>
    <message>
        <source>{0}: {1} of {2} are here.</source>
        <translation>{0}：{2} 中已有 {1}。</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Fetch the rest</source>
        <translation>下载剩余部分</translation>
    </message>
    <message>
        <source>Throw away</source>
        <translation>丢弃</translation>
    </message>
    <message>
        <source>Delete what was fetched of it</source>
        <translation>删除已下载的部分</translation>
    </message>
</context>
<context>
    <name>DropOverlay</name>
    <message>
        <source>Drop to add as training data</source>
        <translation>松开即添加为训练数据</translation>
    </message>
    <message>
        <source>Files, folders and archives: tables, JSON, documents; a recipe (.yaml) opens as a project</source>
        <translation>文件、文件夹和压缩包：表格、JSON、文档；方案（.yaml）会作为项目打开</translation>
    </message>
</context>
<context>
    <name>EffectRow</name>
    <message>
        <source>{file}, line {line}</source>
        <translation>{file}，第 {line} 行</translation>
    </message>
</context>
<context>
    <name>EffectsCard</name>
    <message>
        <source>What a step did</source>
        <translation>步骤的效果</translation>
    </message>
    <message>
        <source>Removed</source>
        <translation>已去掉</translation>
    </message>
    <message>
        <source>Changed</source>
        <translation>已更改</translation>
    </message>
    <message>
        <source>Close this view; the step stays as it is</source>
        <translation>关闭此视图；步骤保持不变</translation>
    </message>
    <message>
        <source>Show more</source>
        <translation>显示更多</translation>
    </message>
    <message>
        <source>The next rows that this step touched</source>
        <translation>此步骤涉及的后续行</translation>
    </message>
    <message>
        <source>1 row removed</source>
        <translation>去掉 1 行</translation>
    </message>
    <message>
        <source>{count} rows removed</source>
        <translation>去掉 {count} 行</translation>
    </message>
    <message>
        <source>1 row changed</source>
        <translation>更改 1 行</translation>
    </message>
    <message>
        <source>{count} rows changed</source>
        <translation>更改 {count} 行</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Take back what was edited: as the file says</source>
        <translation>收回编辑：恢复为文件中的内容</translation>
    </message>
</context>
<context>
    <name>Engine</name>
    <message>
        <source>A column&apos;s name holds bytes that are no valid text</source>
        <translation>列名中含有不是有效文本的字节</translation>
    </message>
    <message>
        <source>A column&apos;s name is longer than {0} characters</source>
        <translation>某列的名称超过 {0} 个字符</translation>
    </message>
    <message>
        <source>A little less exact, and slower.</source>
        <translation>精度略低，也更慢。</translation>
    </message>
    <message>
        <source>A reward model cannot be combined with other adapters.</source>
        <translation>奖励模型不能与其他适配器组合。</translation>
    </message>
    <message>
        <source>A sample of so many rows does not show which of them repeat each other; looking for it costs little.</source>
        <translation>这么多行的样本看不出哪些行相互重复；查找的代价很小。</translation>
    </message>
    <message>
        <source>A search goes by the held-out loss, and a model that learns from its own answers has none</source>
        <translation>搜索依据留出损失，而从自己的回答中学习的模型没有留出损失</translation>
    </message>
    <message>
        <source>A step of this recipe is expected to take {0} GB of memory, and {1} GB are free.</source>
        <translation>这个配方的一步预计需要 {0} GB 内存，而可用的只有 {1} GB。</translation>
    </message>
    <message>
        <source>A turn of the {0} cannot stand {1}</source>
        <translation>{0} 的一轮不能出现在 {1}</translation>
    </message>
    <message>
        <source>Add a file under data.sources.</source>
        <translation>请在 data.sources 下添加文件。</translation>
    </message>
    <message>
        <source>Agree on {0}/{1}, make a token there, and set HF_TOKEN to it.</source>
        <translation>请在 {0}/{1} 上同意条款，在那里创建令牌，并将 HF_TOKEN 设为该令牌。</translation>
    </message>
    <message>
        <source>All {0} left are longer than the cutoff of {1} tokens</source>
        <translation>剩下的 {0} 都超过了 {1} 个 token 的截断长度</translation>
    </message>
    <message>
        <source>An earlier turn is no pair of texts</source>
        <translation>前面某一轮不是一对文本</translation>
    </message>
    <message>
        <source>An empty text has no vector</source>
        <translation>空文本没有向量</translation>
    </message>
    <message>
        <source>Another Luthier is changing the runtimes at this moment</source>
        <translation>此刻另一个 Luthier 正在更改运行时</translation>
    </message>
    <message>
        <source>Another engine is working in {0}</source>
        <translation>另一个引擎正在 {0} 中工作</translation>
    </message>
    <message>
        <source>Another program may listen there. Choose another port, or 0 for any that is free.</source>
        <translation>可能有其他程序在监听该端口。请换一个端口，或填 0 使用任意空闲端口。</translation>
    </message>
    <message>
        <source>Bring the dataset back as it was, or start a new run.</source>
        <translation>请恢复原来的数据集，或开始新的运行。</translation>
    </message>
    <message>
        <source>Bring the weights closer together, limit the rows of the large file, or take each row once.</source>
        <translation>把各权重调得更接近，限制大文件的行数，或每行只取一次。</translation>
    </message>
    <message>
        <source>Brings code of its own ({0}), which is not run unless you allow it.</source>
        <translation>自带代码（{0}），未经您允许不会运行。</translation>
    </message>
    <message>
        <source>Brings pickles beside its weights ({0}), which are not opened.</source>
        <translation>权重旁边带有 pickle 文件（{0}），这些文件不会被打开。</translation>
    </message>
    <message>
        <source>Cannot load a tokenizer from {0}: {1}</source>
        <translation>无法从 {0} 加载分词器：{1}</translation>
    </message>
    <message>
        <source>Cannot load the model in {0}: {1}</source>
        <translation>无法加载 {0} 中的模型：{1}</translation>
    </message>
    <message>
        <source>Cannot load the reward model in {0}: {1}</source>
        <translation>无法加载 {0} 中的奖励模型：{1}</translation>
    </message>
    <message>
        <source>Cannot plan for the model in {0}: {1}</source>
        <translation>无法为 {0} 中的模型做规划：{1}</translation>
    </message>
    <message>
        <source>Cannot read {0}: it is a device or a pipe, not a file</source>
        <translation>无法读取 {0}：它是设备或管道，不是文件</translation>
    </message>
    <message>
        <source>Cannot read {0}: it is a folder</source>
        <translation>无法读取 {0}：它是文件夹</translation>
    </message>
    <message>
        <source>Cannot read {0}: {1}</source>
        <translation>无法读取 {0}：{1}</translation>
    </message>
    <message>
        <source>Change {0}, or choose another method.</source>
        <translation>更改 {0}，或选择其他方法。</translation>
    </message>
    <message>
        <source>Check that the base model is the one that the run was trained on.</source>
        <translation>请确认基础模型就是该运行训练时所用的模型。</translation>
    </message>
    <message>
        <source>Check that the folder is complete and of a causal language model.</source>
        <translation>请确认文件夹完整，且是因果语言模型。</translation>
    </message>
    <message>
        <source>Check that the folder is complete and of a model for sequence classification with one label.</source>
        <translation>请检查该文件夹是否完整，且模型是只有一个标签的序列分类模型。</translation>
    </message>
    <message>
        <source>Check the address of the feed.</source>
        <translation>请检查更新源的地址。</translation>
    </message>
    <message>
        <source>Check the address, and whether this computer has a way to it.</source>
        <translation>请检查地址，以及这台计算机能否访问它。</translation>
    </message>
    <message>
        <source>Check the address.</source>
        <translation>请检查地址。</translation>
    </message>
    <message>
        <source>Check the address; it usually ends in /v1.</source>
        <translation>请检查地址；它通常以 /v1 结尾。</translation>
    </message>
    <message>
        <source>Check the free disk and memory, or choose another type.</source>
        <translation>请检查可用磁盘和内存，或选择其他类型。</translation>
    </message>
    <message>
        <source>Check the names in the method&apos;s options, or take another method.</source>
        <translation>检查方法选项中的名称，或换用其他方法。</translation>
    </message>
    <message>
        <source>Check the network or proxy and try again, or set {0} to a copy of {1}.</source>
        <translation>请检查网络或代理后重试，或把 {0} 设为 {1} 的副本。</translation>
    </message>
    <message>
        <source>Check the package mirror or proxy in between and try again.</source>
        <translation>请检查中间的软件包镜像或代理后重试。</translation>
    </message>
    <message>
        <source>Check the spelling; for a private model set HF_TOKEN.</source>
        <translation>请检查拼写；私有模型请设置 HF_TOKEN。</translation>
    </message>
    <message>
        <source>Choose a folder of your own, or give this account the right to write there.</source>
        <translation>请选择你自己的文件夹，或给予此账户在那里写入的权限。</translation>
    </message>
    <message>
        <source>Choose a folder with config.json and safetensors files.</source>
        <translation>请选择含有 config.json 和 safetensors 文件的文件夹。</translation>
    </message>
    <message>
        <source>Choose a model that was made for conversation, or export it again with Luthier.</source>
        <translation>请选择用于对话的模型，或用 Luthier 重新导出。</translation>
    </message>
    <message>
        <source>Choose a model that was made for conversation.</source>
        <translation>请选择用于对话的模型。</translation>
    </message>
    <message>
        <source>Choose a new or empty folder for the merged model.</source>
        <translation>请为合并后的模型选择新的或空的文件夹。</translation>
    </message>
    <message>
        <source>Choose an instruction-tuned model, or give a Jinja file as data.template.</source>
        <translation>请选择指令微调过的模型，或在 data.template 中给出 Jinja 文件。</translation>
    </message>
    <message>
        <source>Choose another folder for models and runs, or give this account the right to write there.</source>
        <translation>请为模型和运行选择另一个文件夹，或给予此账户在那里写入的权限。</translation>
    </message>
    <message>
        <source>Choose another folder.</source>
        <translation>选择其他文件夹。</translation>
    </message>
    <message>
        <source>Choose another method or another base model.</source>
        <translation>选择其他方法或其他基础模型。</translation>
    </message>
    <message>
        <source>Choose another place for the report.</source>
        <translation>请为报告选择其他位置。</translation>
    </message>
    <message>
        <source>Choose another runtime to remove.</source>
        <translation>请选择另一个运行时来移除。</translation>
    </message>
    <message>
        <source>Choose fewer of them, or others.</source>
        <translation>少选几个，或选择其他的。</translation>
    </message>
    <message>
        <source>Choose from: {0}.</source>
        <translation>可选：{0}。</translation>
    </message>
    <message>
        <source>Choose the base model that the adapter was made for.</source>
        <translation>选择该适配器所对应的基础模型。</translation>
    </message>
    <message>
        <source>Choose the evaluation file, or remove the step.</source>
        <translation>选择评测文件，或移除此步骤。</translation>
    </message>
    <message>
        <source>Choose the folder of a Hugging Face model.</source>
        <translation>请选择 Hugging Face 模型的文件夹。</translation>
    </message>
    <message>
        <source>Choose the folder of a causal language model.</source>
        <translation>请选择因果语言模型的文件夹。</translation>
    </message>
    <message>
        <source>Choose the form messages, which holds every row.</source>
        <translation>选择 messages 形式，它能容纳每一行。</translation>
    </message>
    <message>
        <source>Choose the objective that the data is made for.</source>
        <translation>请选择与数据相符的训练目标。</translation>
    </message>
    <message>
        <source>Close other programs; the starter project needs about 3 GB.</source>
        <translation>请关闭其他程序；入门项目约需 3 GB。</translation>
    </message>
    <message>
        <source>Close what uses it, then try again.</source>
        <translation>请关闭正在使用它的程序，然后重试。</translation>
    </message>
    <message>
        <source>Combine runs that were trained on {0}.</source>
        <translation>请合并在 {0} 上训练的运行。</translation>
    </message>
    <message>
        <source>Compare models run by run; a search compares options of one model.</source>
        <translation>请逐个运行地比较模型；搜索比较的是同一个模型的选项。</translation>
    </message>
    <message>
        <source>Converting {0} needs about {1} GB in {2}</source>
        <translation>转换 {0} 需要在 {2} 中约 {1} GB 空间</translation>
    </message>
    <message>
        <source>Copy the model again.</source>
        <translation>请重新复制模型。</translation>
    </message>
    <message>
        <source>Correct the file, or set the template to auto.</source>
        <translation>请修正文件，或把模板设为 auto。</translation>
    </message>
    <message>
        <source>Correct the named options; `luthier-engine schema` lists all of them.</source>
        <translation>请修正所列选项；`luthier-engine schema` 会列出全部选项。</translation>
    </message>
    <message>
        <source>Correct the pattern, or leave it empty.</source>
        <translation>请修正表达式，或留空。</translation>
    </message>
    <message>
        <source>Did you mean {0}?</source>
        <translation>你是想写 {0} 吗？</translation>
    </message>
    <message>
        <source>Disk</source>
        <translation>磁盘</translation>
    </message>
    <message>
        <source>Do not use it; report the model and the details.</source>
        <translation>请不要使用它；并报告模型和详情。</translation>
    </message>
    <message>
        <source>Do not use this model; chat templates that do such things are made to do harm.</source>
        <translation>请不要使用此模型；这样的对话模板是为造成危害而写的。</translation>
    </message>
    <message>
        <source>Download or export the file again.</source>
        <translation>请重新下载或导出该文件。</translation>
    </message>
    <message>
        <source>Download {0} by hand and set {1} to its path.</source>
        <translation>请手动下载 {0}，并把 {1} 设为它的路径。</translation>
    </message>
    <message>
        <source>Dropout in the adapter helps against learning {0} rows by heart.</source>
        <translation>适配器中的 dropout 有助于防止死记 {0} 行数据。</translation>
    </message>
    <message>
        <source>Each row holds a better and a worse answer, and the model learns to prefer the better one.</source>
        <translation>每行包含一个较好和一个较差的回答，模型学习偏好较好的回答。</translation>
    </message>
    <message>
        <source>Each row holds an answer and a verdict on it, for which pairs are not needed.</source>
        <translation>每行包含一个回答及对它的评判，因此不需要成对回答。</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>引擎</translation>
    </message>
    <message>
        <source>Evaluate it to see how many pairs it ranks right, or chat with another run.</source>
        <translation>请评估它以查看排对了多少对，或与其他运行对话。</translation>
    </message>
    <message>
        <source>Evaluate it without --lm-eval: its held-out pairs tell what it has learnt.</source>
        <translation>请不带 --lm-eval 评估：其留出的回答对会显示它学到了什么。</translation>
    </message>
    <message>
        <source>Even so it does not fit: {0} GB are needed and {1} GB are free. Take a smaller model.</source>
        <translation>即便如此仍放不下：需要 {0} GB，可用 {1} GB。请选择更小的模型。</translation>
    </message>
    <message>
        <source>Everything was put back as it was.{0} The Luthier you used before can still open it.</source>
        <translation>一切都已恢复原状。{0}你之前使用的 Luthier 仍能打开它。</translation>
    </message>
    <message>
        <source>Export it as gguf instead.</source>
        <translation>请改为导出成 gguf。</translation>
    </message>
    <message>
        <source>Export it as gguf: llama.cpp, LM Studio and others read the template inside the file.</source>
        <translation>请导出为 gguf：llama.cpp、LM Studio 等会读取文件内的模板。</translation>
    </message>
    <message>
        <source>Export it as merged instead; llama.cpp may not know this architecture or tokenizer yet.</source>
        <translation>请改为导出合并模型；llama.cpp 可能还不认识这种架构或分词器。</translation>
    </message>
    <message>
        <source>Export it as merged or gguf instead.</source>
        <translation>请改为导出 merged 或 gguf。</translation>
    </message>
    <message>
        <source>Export it as merged, a folder that transformers loads for sequence classification, or as adapter.</source>
        <translation>请导出为合并后的模型（transformers 可作为序列分类加载的文件夹），或导出为适配器。</translation>
    </message>
    <message>
        <source>Export it as merged.</source>
        <translation>请导出为合并后的模型。</translation>
    </message>
    <message>
        <source>Export the adapter, and use it together with the base model.</source>
        <translation>请导出适配器，与基础模型一起使用。</translation>
    </message>
    <message>
        <source>Export the adapter, which has the scoring layer beside it.</source>
        <translation>请导出适配器，评分层在其旁边。</translation>
    </message>
    <message>
        <source>Export the merged model as GGUF instead.</source>
        <translation>请改为把合并后的模型导出成 GGUF。</translation>
    </message>
    <message>
        <source>Facts are learnt slowly, and a model that is asked for what it does not know learns to make things up. Say each fact in several ways.</source>
        <translation>知识学得慢，而被问到不知道的内容时模型会学着编造。请把每个知识用几种方式表述。</translation>
    </message>
    <message>
        <source>Fetch the file with a browser and install it from there.</source>
        <translation>请用浏览器下载该文件，再从文件安装。</translation>
    </message>
    <message>
        <source>Files of the older kind cannot be written of this adapter: {0}.</source>
        <translation>无法把此适配器写为旧格式文件：{0}。</translation>
    </message>
    <message>
        <source>Fill the empty cells of {0}</source>
        <translation>填充 {0} 的空单元格</translation>
    </message>
    <message>
        <source>Finish the run, or stop it with Stop and keep, and try again.</source>
        <translation>请完成运行，或用“停止并保留”停止后重试。</translation>
    </message>
    <message>
        <source>FlashAttention 2 needs the package flash-attn and a CUDA GPU. Auto takes the fastest kernel that is here.</source>
        <translation>FlashAttention 2 需要 flash-attn 包和 CUDA GPU。auto 会选用现有的最快内核。</translation>
    </message>
    <message>
        <source>For example gguf:q8_0.</source>
        <translation>例如 gguf:q8_0。</translation>
    </message>
    <message>
        <source>Free some disk space first.</source>
        <translation>请先释放一些磁盘空间。</translation>
    </message>
    <message>
        <source>Free some space and resume; everything saved so far is intact.</source>
        <translation>请腾出空间后继续；已保存的内容都完好。</translation>
    </message>
    <message>
        <source>Free some space and try again.</source>
        <translation>请腾出一些空间，然后重试。</translation>
    </message>
    <message>
        <source>Free some space or choose another folder.</source>
        <translation>释放一些空间，或选择其他文件夹。</translation>
    </message>
    <message>
        <source>Free some space there and install it again.</source>
        <translation>请在那里腾出一些空间，然后重新安装。</translation>
    </message>
    <message>
        <source>Free some space there, or set LUTHIER_HOME to a folder on a larger disk.</source>
        <translation>请在那里腾出空间，或把 LUTHIER_HOME 设为更大磁盘上的文件夹。</translation>
    </message>
    <message>
        <source>Free some space there; the run then goes on by itself, and nothing is lost.</source>
        <translation>请在那里释放一些空间；之后运行会自动继续，不会丢失任何内容。</translation>
    </message>
    <message>
        <source>Free some space, choose another folder, or export fewer or smaller forms.</source>
        <translation>请腾出空间、选择其他文件夹，或导出更少、更小的格式。</translation>
    </message>
    <message>
        <source>GPU</source>
        <translation>GPU</translation>
    </message>
    <message>
        <source>Gekhman et al., 2024, arXiv:2405.05904; Allen-Zhu &amp; Li, 2023, arXiv:2309.14316</source>
        <translation>Gekhman 等，2024，arXiv:2405.05904；Allen-Zhu 与 Li，2023，arXiv:2309.14316</translation>
    </message>
    <message>
        <source>Give the address where it really is.</source>
        <translation>请给出它的真实地址。</translation>
    </message>
    <message>
        <source>Give the path of a Jinja file, or auto for the model&apos;s own template.</source>
        <translation>请给出 Jinja 文件的路径，或用 auto 表示模型自带的模板。</translation>
    </message>
    <message>
        <source>Give this account the right to write in {0}, or set LUTHIER_HOME to another folder.</source>
        <translation>请允许此账户写入 {0}，或把 LUTHIER_HOME 设为其他文件夹。</translation>
    </message>
    <message>
        <source>Go on with it as it was, or choose another folder.</source>
        <translation>请照原样继续，或选择其他文件夹。</translation>
    </message>
    <message>
        <source>Half the dropout of smaller models, as large ones were trained with it.</source>
        <translation>dropout 为较小模型的一半，大模型就是这样训练的。</translation>
    </message>
    <message>
        <source>Hold out fewer rows.</source>
        <translation>少留出一些行。</translation>
    </message>
    <message>
        <source>Hold the base model in 4 bits</source>
        <translation>以 4 位保存基础模型</translation>
    </message>
    <message>
        <source>Hold the base model in 8 bits</source>
        <translation>以 8 位保存基础模型</translation>
    </message>
    <message>
        <source>If the rows are meant to be so alike, save them as JSON Lines.</source>
        <translation>若各行本应如此相似，请存为 JSON Lines。</translation>
    </message>
    <message>
        <source>If you trust its source, look at the code and allow it on the Models page, or with `luthier-engine allow-code FOLDER`.</source>
        <translation>如果您信任其来源，请在模型页查看并允许代码，或使用 `luthier-engine allow-code FOLDER`。</translation>
    </message>
    <message>
        <source>Install Luthier again.</source>
        <translation>请重新安装 Luthier。</translation>
    </message>
    <message>
        <source>Install Luthier again; GGUF export and chat need it.</source>
        <translation>请重新安装 Luthier；GGUF 导出和对话需要它。</translation>
    </message>
    <message>
        <source>Install a newer Luthier, or write the recipe anew.</source>
        <translation>请安装更新的 Luthier，或重新编写配方。</translation>
    </message>
    <message>
        <source>Install it beside Luthier&apos;s engine with &quot;pip install lm-eval&quot;, or leave --lm-eval out.</source>
        <translation>请用“pip install lm-eval”在 Luthier 引擎旁安装它，或去掉 --lm-eval。</translation>
    </message>
    <message>
        <source>Install the app and the engine of the same version.</source>
        <translation>请安装同一版本的应用和引擎。</translation>
    </message>
    <message>
        <source>Install the graphics driver of {0} and restart the computer; until then the processor does the work.</source>
        <translation>请安装 {0} 的显卡驱动并重启计算机；在此之前由处理器完成工作。</translation>
    </message>
    <message>
        <source>Install the runtime for your GPU to use it; until then the processor does the work.</source>
        <translation>要使用 GPU，请安装适合它的运行时；在此之前由处理器完成工作。</translation>
    </message>
    <message>
        <source>Interleaving with these weights would take about {0} rows to see every file whole</source>
        <translation>按这些权重交错，大约需要 {0} 行才能看完每个文件</translation>
    </message>
    <message>
        <source>It asks for the split {0}, but a file is all of it</source>
        <translation>它要求划分 {0}，但一个文件就是全部</translation>
    </message>
    <message>
        <source>It begins with https:// and is given by whoever distributes Luthier.</source>
        <translation>它以 https:// 开头，由分发 Luthier 的人提供。</translation>
    </message>
    <message>
        <source>It can be written as {0}.</source>
        <translation>可以写为 {0}。</translation>
    </message>
    <message>
        <source>It changes what the held-out loss means, so that trials could not be compared.</source>
        <translation>它改变留出损失的含义，试验之间将无法比较。</translation>
    </message>
    <message>
        <source>It has 64 signs, digits and the letters a to f; it stands beside the file where that is offered.</source>
        <translation>它有 64 个字符，由数字和字母 a 到 f 组成；提供该文件的地方会一并给出。</translation>
    </message>
    <message>
        <source>It has moved to {0}; enter that address.</source>
        <translation>它已移至 {0}；请填写那个地址。</translation>
    </message>
    <message>
        <source>It may have ended.</source>
        <translation>它可能已经结束。</translation>
    </message>
    <message>
        <source>It needs a function reward(prompt, completion, row) that returns a number.</source>
        <translation>它需要一个返回数值的函数 reward(prompt, completion, row)。</translation>
    </message>
    <message>
        <source>It says how a run is watched, not how it learns.</source>
        <translation>它决定的是如何观察运行，而不是如何学习。</translation>
    </message>
    <message>
        <source>It should be JSON such as {&quot;version&quot;: &quot;1.2.0&quot;, &quot;notes&quot;: &quot;...&quot;, &quot;address&quot;: &quot;https://...&quot;}.</source>
        <translation>它应是类似 {\&quot;version\&quot;: \&quot;1.2.0\&quot;, \&quot;notes\&quot;: \&quot;...\&quot;, \&quot;address\&quot;: \&quot;https://...\&quot;} 的 JSON。</translation>
    </message>
    <message>
        <source>Jain et al., 2023, arXiv:2310.05914</source>
        <translation>Jain 等，2023，arXiv:2310.05914</translation>
    </message>
    <message>
        <source>Known are those of {0}, and Luthier&apos;s own recipes.</source>
        <translation>已知的有 {0} 的配置，以及 Luthier 自己的方案。</translation>
    </message>
    <message>
        <source>Known types: {0}.</source>
        <translation>已知类型：{0}。</translation>
    </message>
    <message>
        <source>Kohavi, 1995, IJCAI 14(2)</source>
        <translation>Kohavi，1995，IJCAI 第 14 卷第 2 期</translation>
    </message>
    <message>
        <source>LLaMA-Factory draws held-out rows one by one.</source>
        <translation>LLaMA-Factory 逐行抽取留出数据。</translation>
    </message>
    <message>
        <source>LLaMA-Factory has no such loss; sigmoid stands in its place.</source>
        <translation>LLaMA-Factory 没有这种损失；以 sigmoid 代替。</translation>
    </message>
    <message>
        <source>LLaMA-Factory has no such optimizer; AdamW stands in its place.</source>
        <translation>LLaMA-Factory 没有这种优化器；以 AdamW 代替。</translation>
    </message>
    <message>
        <source>LLaMA-Factory wants checkpoints and evaluations at the same steps for it; set both by hand.</source>
        <translation>LLaMA-Factory 要求检查点与评估在相同的步；请手动设置。</translation>
    </message>
    <message>
        <source>Large models want half the rate of smaller ones.</source>
        <translation>大模型需要较小模型一半的学习率。</translation>
    </message>
    <message>
        <source>Learns less that is new; forgets less.</source>
        <translation>学到的新内容较少，遗忘也较少。</translation>
    </message>
    <message>
        <source>Leave it out.</source>
        <translation>请去掉它。</translation>
    </message>
    <message>
        <source>Leave that value out.</source>
        <translation>请去掉该值。</translation>
    </message>
    <message>
        <source>Less exact: the base loses some quality.</source>
        <translation>精度较低：基础模型会损失一些质量。</translation>
    </message>
    <message>
        <source>Let lm-eval fetch them once while there is a network; Luthier downloads none of them.</source>
        <translation>请在有网络时让 lm-eval 下载一次；Luthier 不会下载这些数据。</translation>
    </message>
    <message>
        <source>Library</source>
        <translation>资料库</translation>
    </message>
    <message>
        <source>LoRA first: it comes close to full fine-tuning with a small part of its memory, and it forgets less.</source>
        <translation>先用 LoRA：以很小一部分内存接近全量微调，且遗忘更少。</translation>
    </message>
    <message>
        <source>Load one first.</source>
        <translation>请先加载一个。</translation>
    </message>
    <message>
        <source>Longer examples lose their ends.</source>
        <translation>较长的样本会失去结尾。</translation>
    </message>
    <message>
        <source>Look at the disk and its connection, and resume; everything saved so far is intact.</source>
        <translation>请检查磁盘及其连接，然后恢复训练；至今保存的一切都完好。</translation>
    </message>
    <message>
        <source>Look at the names in the model&apos;s safetensors files.</source>
        <translation>查看模型 safetensors 文件中的名称。</translation>
    </message>
    <message>
        <source>Look for the file that is made for it.</source>
        <translation>请找为它制作的那个文件。</translation>
    </message>
    <message>
        <source>Lower the learning rate, keep gradient clipping at 1, and look at the named rows.</source>
        <translation>请降低学习率，把梯度裁剪保持为 1，并查看所列的行。</translation>
    </message>
    <message>
        <source>Luo et al., 2023, arXiv:2308.08747</source>
        <translation>Luo 等，2023，arXiv:2308.08747</translation>
    </message>
    <message>
        <source>Luthier contains nothing that is called {0}</source>
        <translation>Luthier 里没有名为 {0} 的东西</translation>
    </message>
    <message>
        <source>Luthier {0}, Python {1}, PyTorch {2}</source>
        <translation>Luthier {0}、Python {1} 和 PyTorch {2}</translation>
    </message>
    <message>
        <source>Map {0} to {1}</source>
        <translation>把 {0} 映射为 {1}</translation>
    </message>
    <message>
        <source>Masters &amp; Luschi, 2018, arXiv:1804.07612</source>
        <translation>Masters 与 Luschi，2018，arXiv:1804.07612</translation>
    </message>
    <message>
        <source>Measure it first.</source>
        <translation>请先测量它。</translation>
    </message>
    <message>
        <source>Media are not trained yet: the text of the rows is used, {0} stay with the raw rows, and placeholders such as &lt;image&gt; stay in the text as ordinary words.</source>
        <translation>媒体内容尚不参与训练：使用各行的文本，{0} 随原始行保留，&lt;image&gt; 等占位符作为普通文字留在文本中。</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>Merge it alone, or train it with a plain LoRA.</source>
        <translation>单独合并它，或用普通 LoRA 训练。</translation>
    </message>
    <message>
        <source>Merge it into safetensors files.</source>
        <translation>请把它合并为 safetensors 文件。</translation>
    </message>
    <message>
        <source>Much of what the base model knew is lost: of {0} questions {1} are answered right, and {2} were before. Train fewer steps, take a smaller learning rate, or mix general rows in.</source>
        <translation>基础模型的许多知识丢失了：{0} 个问题中答对 {1} 个，训练前为 {2} 个。请减少训练步数、降低学习率，或混入通用数据。</translation>
    </message>
    <message>
        <source>Name a GGUF file, a run&apos;s folder, a folder with config.json and safetensors, or &apos;starter&apos;.</source>
        <translation>请给出 GGUF 文件、运行文件夹、含 config.json 和 safetensors 的文件夹，或 &apos;starter&apos;。</translation>
    </message>
    <message>
        <source>Name a Jinja template in data.template of the recipe.</source>
        <translation>请在配方的 data.template 中给出 Jinja 模板。</translation>
    </message>
    <message>
        <source>Name a column of the dataset, or leave it empty for the dataset&apos;s own answer.</source>
        <translation>请给出数据集中的列名，或留空以使用数据集自身的回答。</translation>
    </message>
    <message>
        <source>Name a column of the file, &apos;source&apos; or &apos;language&apos;.</source>
        <translation>请填写文件中的一列、“source” 或 “language”。</translation>
    </message>
    <message>
        <source>Name a column of the file, or one of {0}.</source>
        <translation>请填写文件中的一列，或 {0} 之一。</translation>
    </message>
    <message>
        <source>Name a model&apos;s file or folder, a run&apos;s folder, or URL#NAME for a model of a server as the judge.</source>
        <translation>请给出模型的文件或文件夹、运行的文件夹，或服务器上模型的 URL#NAME 作为评判者。</translation>
    </message>
    <message>
        <source>Name another column, or leave it empty to split by shares.</source>
        <translation>填写其他列，或留空以按比例划分。</translation>
    </message>
    <message>
        <source>Name another folder with --out, or replace it with --overwrite.</source>
        <translation>用 --out 指定其他文件夹，或用 --overwrite 替换。</translation>
    </message>
    <message>
        <source>Name at least one export target</source>
        <translation>请至少给出一个导出目标</translation>
    </message>
    <message>
        <source>Name each option once.</source>
        <translation>每个选项只写一次。</translation>
    </message>
    <message>
        <source>Name it with its section: optim.learning_rate.</source>
        <translation>请连同部分名写出：optim.learning_rate。</translation>
    </message>
    <message>
        <source>Name the file that a runtime comes in.</source>
        <translation>请指定运行时所在的文件。</translation>
    </message>
    <message>
        <source>Name the folder of a finished run with the objective rm, or of its merged model.</source>
        <translation>请给出目标为 rm 的已完成运行的文件夹，或其合并后模型的文件夹。</translation>
    </message>
    <message>
        <source>Name the folder of a run (it holds {0}), or its id in {1}.</source>
        <translation>请给出运行的文件夹（其中有 {0}），或它在 {1} 中的编号。</translation>
    </message>
    <message>
        <source>Name the output folder of a finished run.</source>
        <translation>请给出已完成运行的输出文件夹。</translation>
    </message>
    <message>
        <source>Nearly the same result.</source>
        <translation>结果几乎相同。</translation>
    </message>
    <message>
        <source>Nested repetitions such as (a+)+ take endless time; write the pattern without them.</source>
        <translation>像 (a+)+ 这样的嵌套重复会没完没了；请换一种写法。</translation>
    </message>
    <message>
        <source>New facts take more room than a manner does.</source>
        <translation>新知识比方式需要更多容量。</translation>
    </message>
    <message>
        <source>No held-out loss was measured</source>
        <translation>没有测量留出损失</translation>
    </message>
    <message>
        <source>No known format has the columns {0}; name the format or map the columns</source>
        <translation>没有已知格式含有列 {0}；请指定格式或映射列</translation>
    </message>
    <message>
        <source>No loss that chance could not explain: of {0} general questions {1} are answered right, and {2} were before.</source>
        <translation>没有超出偶然的损失：{0} 个通用问题中答对 {1} 个，训练前为 {2} 个。</translation>
    </message>
    <message>
        <source>No model is loaded to talk to</source>
        <translation>没有加载可对话的模型</translation>
    </message>
    <message>
        <source>No row has a column {0}, which is to hold the wanted answer</source>
        <translation>没有行含有应存放所需回答的列 {0}</translation>
    </message>
    <message>
        <source>No row has the column {0} to stratify by</source>
        <translation>没有行含有用于分层的列 {0}</translation>
    </message>
    <message>
        <source>No token of an answer is left</source>
        <translation>没有剩下回答的 token</translation>
    </message>
    <message>
        <source>Nobody was asked for a newer version, because Luthier is set to stay offline</source>
        <translation>没有询问有无新版本，因为 Luthier 设为保持离线</translation>
    </message>
    <message>
        <source>Not a command: {0}</source>
        <translation>不是命令：{0}</translation>
    </message>
    <message>
        <source>Not one token would be trained in {0}: {1}</source>
        <translation>{0} 中没有任何 token 会被训练：{1}</translation>
    </message>
    <message>
        <source>Nothing is downloaded, because Luthier is set to stay offline</source>
        <translation>未下载任何内容，因为 Luthier 已设为保持离线</translation>
    </message>
    <message>
        <source>Nothing that it learnt was saved; start it again.</source>
        <translation>它学到的内容都没有保存；请重新开始。</translation>
    </message>
    <message>
        <source>Nothing to export</source>
        <translation>没有可导出的内容</translation>
    </message>
    <message>
        <source>Nothing was changed. Install that version or a newer one, or set LUTHIER_HOME to another folder.</source>
        <translation>没有作任何更改。请安装该版本或更新的版本，或把 LUTHIER_HOME 设为另一个文件夹。</translation>
    </message>
    <message>
        <source>ONNX Runtime cannot open {0}: {1}</source>
        <translation>ONNX Runtime 无法打开 {0}：{1}</translation>
    </message>
    <message>
        <source>Of a sample of {0} rows, {1} {2}.</source>
        <translation>抽样的 {0} 行中，有 {1} 行{2}。</translation>
    </message>
    <message>
        <source>Of {0} pairs, {1} answers after training were preferred, {2} before it; {3} were ties.</source>
        <translation>{0} 对中，{1} 对偏好训练后的回答，{2} 对偏好训练前的；{3} 对不相上下。</translation>
    </message>
    <message>
        <source>Of {0} rows a hundredth is enough to measure with.</source>
        <translation>{0} 行中取百分之一就足以测量。</translation>
    </message>
    <message>
        <source>Of {0} rows a twentieth is enough to measure with.</source>
        <translation>{0} 行中取二十分之一就足以测量。</translation>
    </message>
    <message>
        <source>Of {0} rows, {1} for validation and {2} for the test leave none to train on</source>
        <translation>{0} 行中，验证取 {1} 行、测试取 {2} 行后，没有行可供训练</translation>
    </message>
    <message>
        <source>Of {0} rows, {1} {2}.</source>
        <translation>{0} 行中，有 {1} 行{2}。</translation>
    </message>
    <message>
        <source>On the held-out rows the merged model has a loss of {0}, and {1} over the quantized base that it was trained on.</source>
        <translation>在留出行上，合并后的模型损失为 {0}，训练时所用量化基础模型上为 {1}。</translation>
    </message>
    <message>
        <source>One example at a time, and as many of them a step as before: the same result.</source>
        <translation>每次一个样本，每步样本数与之前相同：结果相同。</translation>
    </message>
    <message>
        <source>One job at a time: {0}</source>
        <translation>一次只能做一件事：{0}</translation>
    </message>
    <message>
        <source>One pass first: after it nearly all the trained pairs are told apart already.</source>
        <translation>先训练一遍：之后几乎所有训练过的回答对都已能区分。</translation>
    </message>
    <message>
        <source>One pass first; up to four passes over the same text teach nearly as much as new text.</source>
        <translation>先训练一遍；同一文本最多四遍，效果几乎与新文本相同。</translation>
    </message>
    <message>
        <source>One pass over {0} rows first; more can follow.</source>
        <translation>先在 {0} 行上训练一遍；之后可以增加。</translation>
    </message>
    <message>
        <source>Other reasons</source>
        <translation>其他原因</translation>
    </message>
    <message>
        <source>Other rows give another held-out loss, so that trials could not be compared.</source>
        <translation>换了数据行，留出损失就不同，试验之间将无法比较。</translation>
    </message>
    <message>
        <source>PEFT&apos;s guide to prompt tuning</source>
        <translation>PEFT 的提示微调指南</translation>
    </message>
    <message>
        <source>Please report it with the details below.</source>
        <translation>请连同下面的详情一起报告。</translation>
    </message>
    <message>
        <source>Point {0} at {1}, or unset it to download the file.</source>
        <translation>请让 {0} 指向 {1}，或取消设置以便下载文件。</translation>
    </message>
    <message>
        <source>Preferences are learnt at a fraction of the usual rate; more makes answers fall apart.</source>
        <translation>偏好以通常学习率的一小部分学习；更大会使回答崩坏。</translation>
    </message>
    <message>
        <source>Preferences need rows with a better and a worse answer, or with verdicts. These have one answer each, which is learnt as it is.</source>
        <translation>偏好需要带有较好与较差回答或评判的行。这些行各只有一个回答，将照原样学习。</translation>
    </message>
    <message>
        <source>Press Install, or run `luthier-engine starter`. The sample installs it by itself.</source>
        <translation>请点安装，或运行 `luthier-engine starter`。示例会自行安装它。</translation>
    </message>
    <message>
        <source>Print it to a new PDF first.</source>
        <translation>请先把它打印成新的 PDF。</translation>
    </message>
    <message>
        <source>PyTorch is missing</source>
        <translation>缺少 PyTorch</translation>
    </message>
    <message>
        <source>Raise the cutoff length, or truncate longer examples.</source>
        <translation>请提高截断长度，或截断较长的样本。</translation>
    </message>
    <message>
        <source>Raise the cutoff length; the preview shows in colour what is trained.</source>
        <translation>请提高截断长度；预览中以颜色标出参与训练的部分。</translation>
    </message>
    <message>
        <source>Read it again.</source>
        <translation>请重新读取。</translation>
    </message>
    <message>
        <source>Read {0} as running text</source>
        <translation>把 {0} 作为连续文本读取</translation>
    </message>
    <message>
        <source>Reading on changes more of a model than answering does, so the adapter gets more room.</source>
        <translation>续读比回答改变模型更多，因此适配器容量更大。</translation>
    </message>
    <message>
        <source>Reading stops here: {0}</source>
        <translation>读取到此为止：{0}</translation>
    </message>
    <message>
        <source>Reduce the batch size to {0} with {1} accumulation steps</source>
        <translation>把批大小减到 {0}，累积 {1} 步</translation>
    </message>
    <message>
        <source>Reduce the cutoff length to {0} tokens</source>
        <translation>把截断长度减到 {0} 个 token</translation>
    </message>
    <message>
        <source>Remove it and install it again.</source>
        <translation>请将其移除，然后重新安装。</translation>
    </message>
    <message>
        <source>Remove it first if you want to install it again.</source>
        <translation>如要重新安装，请先将其移除。</translation>
    </message>
    <message>
        <source>Remove leaks, or keep near duplicates together when rows are split.</source>
        <translation>去除泄漏，或在划分时把近似重复放在一起。</translation>
    </message>
    <message>
        <source>Restore the file from a copy, or delete it if no newer Luthier was ever used here.</source>
        <translation>请从副本恢复该文件；如果这里从未用过更新的 Luthier，可将其删除。</translation>
    </message>
    <message>
        <source>Resume from an older checkpoint, or start the run anew.</source>
        <translation>请从更早的检查点继续，或重新开始运行。</translation>
    </message>
    <message>
        <source>Resume it, choose another output folder, or overwrite it.</source>
        <translation>请继续该运行、选择其他输出文件夹，或覆盖它。</translation>
    </message>
    <message>
        <source>Resume with the same {0}, or start a new run in another folder.</source>
        <translation>请用相同的 {0} 继续，或在其他文件夹开始新的运行。</translation>
    </message>
    <message>
        <source>Rows of the format {0} need the objective {1}, not {2}</source>
        <translation>{0} 格式的数据需要训练目标 {1}，而不是 {2}</translation>
    </message>
    <message>
        <source>Rows that are never trained show when learning turns into learning by heart.</source>
        <translation>从不参与训练的行可以显示学习何时变成死记。</translation>
    </message>
    <message>
        <source>Run `luthier-engine starter`, or press Install on the Method page.</source>
        <translation>请运行 `luthier-engine starter`，或在方法页点击安装。</translation>
    </message>
    <message>
        <source>SYSTEM {0}{1}{2}</source>
        <translation>SYSTEM {0}{1}{2}</translation>
    </message>
    <message>
        <source>Save it again from its program.</source>
        <translation>请用其原程序重新保存。</translation>
    </message>
    <message>
        <source>Save it anew without a password; a scan must go through a text recognition first.</source>
        <translation>请去掉密码后重新保存；扫描件须先经过文字识别。</translation>
    </message>
    <message>
        <source>Save its sheets as CSV files instead.</source>
        <translation>请改把各工作表存为 CSV 文件。</translation>
    </message>
    <message>
        <source>Search with the objective sft, or compare single runs by their rewards.</source>
        <translation>请用目标 sft 搜索，或按奖励比较单次运行。</translation>
    </message>
    <message>
        <source>See that this account may write there.</source>
        <translation>请确认此账户可以在那里写入。</translation>
    </message>
    <message>
        <source>See which there are: luthier-engine runtime list.</source>
        <translation>请查看有哪些：luthier-engine runtime list。</translation>
    </message>
    <message>
        <source>Set RoPE scaling to none, or choose another base model.</source>
        <translation>请把 RoPE 缩放设为 none，或选择其他基础模型。</translation>
    </message>
    <message>
        <source>Set a validation share or file in the recipe and train again.</source>
        <translation>请在配方中设置验证比例或验证文件，然后重新训练。</translation>
    </message>
    <message>
        <source>Set data.validation.ratio, for example to 0.1.</source>
        <translation>请设置 data.validation.ratio，例如 0.1。</translation>
    </message>
    <message>
        <source>So few rows want more passes; the best one is kept.</source>
        <translation>数据很少时需要多训练几遍；保留最好的一次。</translation>
    </message>
    <message>
        <source>Some models take no system prompt, or need user and assistant to take turns.</source>
        <translation>有些模型不接受系统提示，或要求用户与助手轮流发言。</translation>
    </message>
    <message>
        <source>Some of what the base model knew is weaker: of {0} questions {1} are answered right, and {2} were before.</source>
        <translation>基础模型的一些知识变弱了：{0} 个问题中答对 {1} 个，训练前为 {2} 个。</translation>
    </message>
    <message>
        <source>Something went wrong inside Luthier ({0}: {1}).</source>
        <translation>Luthier 内部出错（{0}：{1}）。</translation>
    </message>
    <message>
        <source>Start a new conversation, shorten a message, or load the model with a larger context.</source>
        <translation>请开始新对话、缩短消息，或用更大的上下文加载模型。</translation>
    </message>
    <message>
        <source>Starter model</source>
        <translation>入门模型</translation>
    </message>
    <message>
        <source>Take 8-bit AdamW</source>
        <translation>改用 8 位 AdamW</translation>
    </message>
    <message>
        <source>Take an earlier checkpoint; the adapter holds numbers that are not finite.</source>
        <translation>请使用更早的检查点；适配器中含有非有限的数值。</translation>
    </message>
    <message>
        <source>Take one of the changes that make it fit, or try it anyway.</source>
        <translation>请采用某项使其装得下的更改，或坚持试一试。</translation>
    </message>
    <message>
        <source>Take the model&apos;s original safetensors, or install the library beside Luthier&apos;s engine.</source>
        <translation>请使用该模型原始的 safetensors，或在 Luthier 引擎旁安装该库。</translation>
    </message>
    <message>
        <source>Take the model&apos;s original safetensors.</source>
        <translation>请使用该模型原始的 safetensors。</translation>
    </message>
    <message>
        <source>Take the model&apos;s safetensors instead, or a GGUF of an architecture that Transformers reads.</source>
        <translation>请改用该模型的 safetensors，或 Transformers 可读取架构的 GGUF。</translation>
    </message>
    <message>
        <source>Take the variable out of the environment, or copy the model&apos;s folder here by other means.</source>
        <translation>请移除该环境变量，或用其他方式把模型文件夹复制到这里。</translation>
    </message>
    <message>
        <source>The JSON text is nested too deeply or holds bytes that are no valid text</source>
        <translation>JSON 文本嵌套过深，或含有不是有效文本的字节</translation>
    </message>
    <message>
        <source>The Modelfile cannot be read: {0}</source>
        <translation>无法读取 Modelfile：{0}</translation>
    </message>
    <message>
        <source>The adapter in {0} does not fit its base model {1}: {2}</source>
        <translation>{0} 中的适配器与基础模型 {1} 不匹配：{2}</translation>
    </message>
    <message>
        <source>The adapter in {0} does not fit this base model: {1}</source>
        <translation>{0} 中的适配器与此基础模型不符：{1}</translation>
    </message>
    <message>
        <source>The adapter is merged with the whole model in memory ({0}): {1}.</source>
        <translation>合并适配器时整个模型都在内存中（{0}）：{1}。</translation>
    </message>
    <message>
        <source>The address holds more than a place</source>
        <translation>地址中包含多余的内容</translation>
    </message>
    <message>
        <source>The answer cannot be sent: {0}</source>
        <translation>无法发送回复：{0}</translation>
    </message>
    <message>
        <source>The answer holds a part of type {0}, which cannot be trained</source>
        <translation>回答含有类型为 {0} 的部分，无法训练</translation>
    </message>
    <message>
        <source>The answer is empty</source>
        <translation>回答为空</translation>
    </message>
    <message>
        <source>The answer is no turn of the assistant</source>
        <translation>回答不是助手的一轮</translation>
    </message>
    <message>
        <source>The answer of an earlier turn is empty</source>
        <translation>前面某一轮的回答为空</translation>
    </message>
    <message>
        <source>The app speaks protocol {0}, this engine {1}</source>
        <translation>应用使用协议 {0}，引擎使用 {1}</translation>
    </message>
    <message>
        <source>The arguments of the function call are no object</source>
        <translation>函数调用的参数不是对象</translation>
    </message>
    <message>
        <source>The base model answers {0} of {1} general questions right, no more than by guessing, so they cannot show what was forgotten.</source>
        <translation>基础模型在 {1} 个通用问题中答对 {0} 个，不比猜测好，因此无法显示忘记了什么。</translation>
    </message>
    <message>
        <source>The blocks of this model could not be found</source>
        <translation>找不到此模型的块</translation>
    </message>
    <message>
        <source>The card of the model</source>
        <translation>模型卡</translation>
    </message>
    <message>
        <source>The cell holds a null character, which no text has</source>
        <translation>单元格含有空字符，正常文本中没有</translation>
    </message>
    <message>
        <source>The cell holds bytes that are no valid text</source>
        <translation>单元格含有不是有效文本的字节</translation>
    </message>
    <message>
        <source>The cell holds {0} characters; {1} at most</source>
        <translation>单元格有 {0} 个字符；最多 {1} 个</translation>
    </message>
    <message>
        <source>The chat template cannot be written in Ollama&apos;s language: {0}.</source>
        <translation>无法用 Ollama 的语言写出对话模板：{0}。</translation>
    </message>
    <message>
        <source>The chat template is no valid Jinja: {0}, line {1}</source>
        <translation>对话模板不是有效的 Jinja：{0}，第 {1} 行</translation>
    </message>
    <message>
        <source>The chat template refuses the row: {0}</source>
        <translation>对话模板拒绝了该行：{0}</translation>
    </message>
    <message>
        <source>The checkpoint {0} cannot be used: {1}</source>
        <translation>检查点 {0} 无法使用：{1}</translation>
    </message>
    <message>
        <source>The chosen and the rejected answer are the same</source>
        <translation>被选中与被拒绝的回答相同</translation>
    </message>
    <message>
        <source>The chosen and the rejected conversation differ before their last answers</source>
        <translation>被选与被拒的对话在最后的回答之前就不同</translation>
    </message>
    <message>
        <source>The code in {0} is not the code that was shown</source>
        <translation>{0} 中的代码不是之前显示的代码</translation>
    </message>
    <message>
        <source>The column {0} holds {1} where a list of turns is needed</source>
        <translation>列 {0} 中是 {1}，而需要的是轮次列表</translation>
    </message>
    <message>
        <source>The column {0} holds {1} where text is needed</source>
        <translation>列 {0} 中是 {1}，而需要的是文本</translation>
    </message>
    <message>
        <source>The column {0} is empty in this row</source>
        <translation>该行的列 {0} 为空</translation>
    </message>
    <message>
        <source>The conversation ends with a turn of the {0}, without an answer</source>
        <translation>对话以 {0} 的一轮结束，没有回答</translation>
    </message>
    <message>
        <source>The conversation is empty</source>
        <translation>对话为空</translation>
    </message>
    <message>
        <source>The conversation is longer than {0} characters</source>
        <translation>对话超过 {0} 个字符</translation>
    </message>
    <message>
        <source>The conversation is {0} tokens long; the model&apos;s context holds {1}, and the answer needs room too.</source>
        <translation>对话长 {0} 个 token；模型上下文只有 {1}，回答也需要空间。</translation>
    </message>
    <message>
        <source>The cutoff length is no longer than the {0} tokens that the model reads anyway.</source>
        <translation>截断长度不超过模型本就能读的 {0} 个 token。</translation>
    </message>
    <message>
        <source>The data of {0} are not on this computer: {1}</source>
        <translation>{0} 的数据不在这台电脑上：{1}</translation>
    </message>
    <message>
        <source>The dataset needs about {0} MB in {1}, and {2} MB are free ({3} MB are left to other programs).</source>
        <translation>数据集在 {1} 约需 {0} MB，可用 {2} MB（{3} MB 留给其他程序）。</translation>
    </message>
    <message>
        <source>The disk is full.</source>
        <translation>磁盘已满。</translation>
    </message>
    <message>
        <source>The disk is full: {0} did not come whole</source>
        <translation>磁盘已满：{0} 没有完整送达</translation>
    </message>
    <message>
        <source>The disk of {0} has no room for the starter model, which needs {1} MB.</source>
        <translation>{0} 所在磁盘放不下入门模型，需要 {1} MB。</translation>
    </message>
    <message>
        <source>The disk of {0} is full, so nothing was installed</source>
        <translation>{0} 所在的磁盘已满，因此什么都没有安装</translation>
    </message>
    <message>
        <source>The disk of {0} is full.</source>
        <translation>{0} 所在磁盘已满。</translation>
    </message>
    <message>
        <source>The disk of {0} is full: the run waits for {1} MB to save its state.</source>
        <translation>{0} 所在的磁盘已满：运行在等待 {1} MB 空间以保存状态。</translation>
    </message>
    <message>
        <source>The disk{0} failed: {1}.</source>
        <translation>磁盘{0}出错：{1}。</translation>
    </message>
    <message>
        <source>The document is longer than {0} characters</source>
        <translation>文档超过 {0} 个字符</translation>
    </message>
    <message>
        <source>The engine that Luthier brings cannot be removed</source>
        <translation>Luthier 自带的引擎不能移除</translation>
    </message>
    <message>
        <source>The factor follows from a model that is not here: set model.rope_factor by hand.</source>
        <translation>系数取决于不在此处的模型：请手动设置 model.rope_factor。</translation>
    </message>
    <message>
        <source>The file ends before its list does</source>
        <translation>文件在列表结束之前就中断了</translation>
    </message>
    <message>
        <source>The file holds no row with named columns</source>
        <translation>文件中没有带列名的行</translation>
    </message>
    <message>
        <source>The file may be cut short or of another type; get it again.</source>
        <translation>文件可能被截断或是其他类型；请重新获取。</translation>
    </message>
    <message>
        <source>The file may be cut short, of an unknown architecture, or larger than the free memory.</source>
        <translation>文件可能不完整、架构未知，或大于可用内存。</translation>
    </message>
    <message>
        <source>The file may be damaged or of another type; save it again from its program.</source>
        <translation>文件可能已损坏或是其他类型；请用其原程序重新保存。</translation>
    </message>
    <message>
        <source>The file may be damaged, hostile, or larger than the memory that is free.</source>
        <translation>文件可能已损坏、含有恶意内容，或大于可用内存。</translation>
    </message>
    <message>
        <source>The files are ready, but Ollama did not take them: {0}</source>
        <translation>文件已就绪，但 Ollama 没有接收：{0}</translation>
    </message>
    <message>
        <source>The first row must name the columns.</source>
        <translation>第一行必须是列名。</translation>
    </message>
    <message>
        <source>The first {0} tokens hold nothing of an answer</source>
        <translation>前 {0} 个 token 中没有回答</translation>
    </message>
    <message>
        <source>The folder needs tokenizer.json or the files of its tokenizer.</source>
        <translation>文件夹需要 tokenizer.json 或分词器的文件。</translation>
    </message>
    <message>
        <source>The function call names no function</source>
        <translation>函数调用没有给出函数名</translation>
    </message>
    <message>
        <source>The held-out loss fell; the run kept no curve to look at.</source>
        <translation>留出损失下降了；该运行没有保留可查看的曲线。</translation>
    </message>
    <message>
        <source>The held-out loss is {0} after training and was {1} before: the run made it worse.</source>
        <translation>留出损失训练后为 {0}，训练前为 {1}：这次运行使其变差。</translation>
    </message>
    <message>
        <source>The held-out loss was lowest at step {0} ({1}) and rose to {2} by the end; the checkpoint there is the better one.</source>
        <translation>留出损失在第 {0} 步最低（{1}），结束时升至 {2}；那里的检查点更好。</translation>
    </message>
    <message>
        <source>The judge could not be asked: {0}</source>
        <translation>无法询问评判者：{0}</translation>
    </message>
    <message>
        <source>The key holds characters that no key has</source>
        <translation>密钥含有密钥中不可能出现的字符</translation>
    </message>
    <message>
        <source>The largest difference of {0} scores is {1} of their spread.</source>
        <translation>{0} 个分数的最大差异为其分布范围的 {1}。</translation>
    </message>
    <message>
        <source>The last layers of this model&apos;s blocks could not be found, so blocks cannot be added</source>
        <translation>找不到此模型各块的最后一层，因此无法加入新块</translation>
    </message>
    <message>
        <source>The lengths of your rows</source>
        <translation>您的数据行的长度</translation>
    </message>
    <message>
        <source>The library at {0} could not be brought from version {1} to {2}: {3}</source>
        <translation>{0} 处的资料库无法从版本 {1} 升级到 {2}：{3}</translation>
    </message>
    <message>
        <source>The library at {0} was written by Luthier {1}, which is newer than this one ({2})</source>
        <translation>{0} 处的资料库由 Luthier {1} 写成，比现在的 {2} 更新</translation>
    </message>
    <message>
        <source>The line is longer than {0} characters</source>
        <translation>该行超过 {0} 个字符</translation>
    </message>
    <message>
        <source>The log says why; often the model or its context does not fit the memory.</source>
        <translation>日志中有原因；通常是模型或其上下文放不进内存。</translation>
    </message>
    <message>
        <source>The longest of the rows has {0} tokens, more than a run usually has memory for or the model reads; what is longer is cut.</source>
        <translation>最长的行有 {0} 个 token，超过运行通常的内存或模型的上限；超出部分会被截断。</translation>
    </message>
    <message>
        <source>The longest of the rows has {0} tokens, so hardly anything is cut and no memory is kept free for nothing.</source>
        <translation>最长的行有 {0} 个 token，因此几乎不会截断，也不会白白占用内存。</translation>
    </message>
    <message>
        <source>The loss of the merged model was not compared with training: {0}</source>
        <translation>未将合并后模型的损失与训练时比较：{0}</translation>
    </message>
    <message>
        <source>The memory of this computer is not enough for this job.</source>
        <translation>这台电脑的内存不足以完成此任务。</translation>
    </message>
    <message>
        <source>The method does not fit this model: {0}</source>
        <translation>该方法不适合此模型：{0}</translation>
    </message>
    <message>
        <source>The model does not fit otherwise. In 4 bits it does (QLoRA), and trained adapters made up for what that loses.</source>
        <translation>否则放不下该模型。以 4 位（QLoRA）可以，训练后的适配器能弥补由此的损失。</translation>
    </message>
    <message>
        <source>The model in {0} does not give one number for a text</source>
        <translation>{0} 中的模型不能为一段文本给出一个数值</translation>
    </message>
    <message>
        <source>The model in {0} has no chat template</source>
        <translation>{0} 中的模型没有对话模板</translation>
    </message>
    <message>
        <source>The model in {0} has no chat template, so nobody could talk to the result.</source>
        <translation>{0} 中的模型没有对话模板，因此无法与结果对话。</translation>
    </message>
    <message>
        <source>The model in {0} needs code of its own ({1}), which could do anything that you can</source>
        <translation>{0} 中的模型需要自带代码（{1}），这些代码能做您能做的任何事</translation>
    </message>
    <message>
        <source>The model needs {0} GB more in {1}</source>
        <translation>模型还需要在 {1} 中有 {0} GB 空间</translation>
    </message>
    <message>
        <source>The model {0} has no chat template</source>
        <translation>模型 {0} 没有对话模板</translation>
    </message>
    <message>
        <source>The model&apos;s card names other languages than those of most rows ({0}).</source>
        <translation>模型卡写明的语言与大多数行的语言（{0}）不同。</translation>
    </message>
    <message>
        <source>The model&apos;s chat template cannot render this conversation: {0}</source>
        <translation>模型的对话模板无法渲染此对话：{0}</translation>
    </message>
    <message>
        <source>The page cannot be read: {0}</source>
        <translation>无法读取此页：{0}</translation>
    </message>
    <message>
        <source>The part of the turn holds no text</source>
        <translation>该轮的这一部分没有文本</translation>
    </message>
    <message>
        <source>The pattern {0} is no valid regular expression: {1}</source>
        <translation>{0} 不是有效的正则表达式：{1}</translation>
    </message>
    <message>
        <source>The pattern {0} needs more than {1} s for one answer</source>
        <translation>表达式 {0} 处理一个回答需要超过 {1} 秒</translation>
    </message>
    <message>
        <source>The plan of this run</source>
        <translation>此运行的计划</translation>
    </message>
    <message>
        <source>The prompt does not end with a question</source>
        <translation>提示没有以提问结束</translation>
    </message>
    <message>
        <source>The quantization weighs its errors by the held-out rows alone: {0}</source>
        <translation>量化只按留出行衡量误差：{0}</translation>
    </message>
    <message>
        <source>The rate at which adapters of 7B and 13B models learnt well.</source>
        <translation>7B 和 13B 模型的适配器学得好的学习率。</translation>
    </message>
    <message>
        <source>The recipe has no option {0} to vary</source>
        <translation>配方中没有可变动的选项 {0}</translation>
    </message>
    <message>
        <source>The recipe names no dataset file</source>
        <translation>配方没有给出数据集文件</translation>
    </message>
    <message>
        <source>The reward model at {0} reads other tokens than the model that is trained</source>
        <translation>{0} 处的奖励模型与所训练的模型使用不同的 token</translation>
    </message>
    <message>
        <source>The rewards in {0} are code, which could do anything that you can</source>
        <translation>{0} 中的奖励是代码，能做你能做的任何事</translation>
    </message>
    <message>
        <source>The role {0} is not known; known are user, assistant, system, tool</source>
        <translation>角色 {0} 未知；已知的有 user、assistant、system、tool</translation>
    </message>
    <message>
        <source>The row has {0} cells, the first row {1} names</source>
        <translation>该行有 {0} 个单元格，而第一行有 {1} 个名称</translation>
    </message>
    <message>
        <source>The row has {0} cells, the header {1}</source>
        <translation>该行有 {0} 个单元格，表头有 {1} 个</translation>
    </message>
    <message>
        <source>The row holds bytes that are no valid text</source>
        <translation>该行含有不是有效文本的字节</translation>
    </message>
    <message>
        <source>The row is nested more than {0} levels deep</source>
        <translation>该行嵌套超过 {0} 层</translation>
    </message>
    <message>
        <source>The row is no valid JSON: {0}</source>
        <translation>该行不是有效的 JSON：{0}</translation>
    </message>
    <message>
        <source>The row is no valid JSON: {0} at character {1}</source>
        <translation>该行不是有效的 JSON：{0}，在第 {1} 个字符</translation>
    </message>
    <message>
        <source>The row is {0}, not an object with named columns</source>
        <translation>该行是 {0}，而不是带列名的对象</translation>
    </message>
    <message>
        <source>The rows are in several languages; each gets its share of what is held out.</source>
        <translation>数据行包含多种语言；每种都按比例留出。</translation>
    </message>
    <message>
        <source>The rows are questions with answers, so the answers are learnt as they are.</source>
        <translation>数据行是带回答的问题，因此照原样学习回答。</translation>
    </message>
    <message>
        <source>The rows are running text, so the model goes on reading and learns every token.</source>
        <translation>数据行是连续文本，因此模型继续阅读并学习每个 token。</translation>
    </message>
    <message>
        <source>The run ends when two measurements in a row are no better.</source>
        <translation>连续两次测量没有改善时运行结束。</translation>
    </message>
    <message>
        <source>The run in {0} trained a reward model, which scores answers and writes none.</source>
        <translation>{0} 中的运行训练了奖励模型，它只评分，不生成回答。</translation>
    </message>
    <message>
        <source>The run in {0} trained no reward model</source>
        <translation>{0} 中的运行没有训练出奖励模型</translation>
    </message>
    <message>
        <source>The run in {0} was started with another {1}</source>
        <translation>{0} 中的运行是用其他 {1} 启动的</translation>
    </message>
    <message>
        <source>The runtime could not be written to {0}: {1}</source>
        <translation>运行时无法写入 {0}：{1}</translation>
    </message>
    <message>
        <source>The runtime {0} cannot be removed now: {1}</source>
        <translation>运行时 {0} 现在无法移除：{1}</translation>
    </message>
    <message>
        <source>The runtime {0} is damaged: {1} of it changed or went missing, the first is {2}</source>
        <translation>运行时 {0} 已损坏：其中 {1} 个文件改变或缺失，第一个是 {2}</translation>
    </message>
    <message>
        <source>The runtime {0} is installed already</source>
        <translation>运行时 {0} 已经安装</translation>
    </message>
    <message>
        <source>The runtime {0} needs {1} GB in {2}, and there is less</source>
        <translation>运行时 {0} 需要 {2} 中的 {1} GB，而可用空间不足</translation>
    </message>
    <message>
        <source>The same result, a little slower.</source>
        <translation>结果相同，稍慢。</translation>
    </message>
    <message>
        <source>The same result, about a third slower.</source>
        <translation>结果相同，约慢三分之一。</translation>
    </message>
    <message>
        <source>The same result, about half slower.</source>
        <translation>结果相同，约慢一半。</translation>
    </message>
    <message>
        <source>The script draws other rows, as many, and looks for no near duplicates.</source>
        <translation>脚本抽取的是其他行，数量相同，且不查找近似重复。</translation>
    </message>
    <message>
        <source>The script reads JSON, JSON Lines, CSV and Parquet of the usual formats; write the dataset as JSON Lines first.</source>
        <translation>脚本读取常用格式的 JSON、JSON Lines、CSV 和 Parquet；请先把数据集写为 JSON Lines。</translation>
    </message>
    <message>
        <source>The search at {0} is damaged: {1}</source>
        <translation>{0} 处的搜索已损坏：{1}</translation>
    </message>
    <message>
        <source>The server at {0} broke off in the middle of its answer</source>
        <translation>服务器 {0} 在回答中途断开</translation>
    </message>
    <message>
        <source>The server at {0} does not speak OpenAI&apos;s interface</source>
        <translation>服务器 {0} 不支持 OpenAI 接口</translation>
    </message>
    <message>
        <source>The server at {0} refused with status {1}</source>
        <translation>服务器 {0} 拒绝了请求，状态 {1}</translation>
    </message>
    <message>
        <source>The server at {0} sends requests elsewhere</source>
        <translation>服务器 {0} 把请求转到了别处</translation>
    </message>
    <message>
        <source>The server does not say how large {0} is</source>
        <translation>服务器没有说明 {0} 有多大</translation>
    </message>
    <message>
        <source>The starter model cannot be downloaded, because {0} has no pip.</source>
        <translation>无法下载入门模型，因为 {0} 没有 pip。</translation>
    </message>
    <message>
        <source>The starter model could not be downloaded from the package index.</source>
        <translation>无法从软件包索引下载入门模型。</translation>
    </message>
    <message>
        <source>The starter model is not downloaded, because Luthier is set to stay offline.</source>
        <translation>未下载入门模型，因为 Luthier 已设为保持离线。</translation>
    </message>
    <message>
        <source>The starter model is not installed</source>
        <translation>入门模型尚未安装</translation>
    </message>
    <message>
        <source>The starter model that arrived is not the expected file, so it was thrown away.</source>
        <translation>收到的入门模型不是预期的文件，已丢弃。</translation>
    </message>
    <message>
        <source>The text is empty</source>
        <translation>文本为空</translation>
    </message>
    <message>
        <source>The text is no valid JSON{0}</source>
        <translation>文本不是有效的 JSON{0}</translation>
    </message>
    <message>
        <source>The text is {0} tokens long; the model reads {1} at once.</source>
        <translation>文本长 {0} 个 token；模型一次读取 {1} 个。</translation>
    </message>
    <message>
        <source>The tools are no list of objects</source>
        <translation>tools 不是对象列表</translation>
    </message>
    <message>
        <source>The training data is no longer what this run was trained on</source>
        <translation>训练数据已不是该运行训练时的数据</translation>
    </message>
    <message>
        <source>The turn has no text</source>
        <translation>该轮没有文本</translation>
    </message>
    <message>
        <source>The turn holds {0} where text is needed</source>
        <translation>该轮中是 {0}，而需要的是文本</translation>
    </message>
    <message>
        <source>The turn is {0}, not an object</source>
        <translation>该轮是 {0}，而不是对象</translation>
    </message>
    <message>
        <source>The turns before the two answers do not end with a question</source>
        <translation>两个回答之前的轮次不是以问题结尾</translation>
    </message>
    <message>
        <source>The usual rate of an adapter that reads on.</source>
        <translation>续读适配器的常用学习率。</translation>
    </message>
    <message>
        <source>The verdict is neither true nor false</source>
        <translation>评判既不是真也不是假</translation>
    </message>
    <message>
        <source>The weights in {0} are held as {1} in a way that cannot be spelt out</source>
        <translation>{0} 中的权重以 {1} 保存，其形式无法展开</translation>
    </message>
    <message>
        <source>The weights in {0} cannot be spelt out: {1}</source>
        <translation>无法展开 {0} 中的权重：{1}</translation>
    </message>
    <message>
        <source>There are {0}.</source>
        <translation>有 {0}。</translation>
    </message>
    <message>
        <source>There is no GGUF file at {0}</source>
        <translation>{0} 没有 GGUF 文件</translation>
    </message>
    <message>
        <source>There is no Python file at {0}</source>
        <translation>{0} 处没有 Python 文件</translation>
    </message>
    <message>
        <source>There is no cleaning step number {0}</source>
        <translation>没有编号为 {0} 的清洗步骤</translation>
    </message>
    <message>
        <source>There is no column {0} in this row</source>
        <translation>该行没有列 {0}</translation>
    </message>
    <message>
        <source>There is no dataset file at {0}</source>
        <translation>{0} 没有数据集文件</translation>
    </message>
    <message>
        <source>There is no dataset yet; with one, stage, batch and epochs are chosen by its rows.</source>
        <translation>还没有数据集；有了之后，会按其行选择阶段、批大小和轮数。</translation>
    </message>
    <message>
        <source>There is no evaluation of the run in {0}</source>
        <translation>{0} 中的运行没有评估结果</translation>
    </message>
    <message>
        <source>There is no job {0} here</source>
        <translation>这里没有任务 {0}</translation>
    </message>
    <message>
        <source>There is no model at {0}</source>
        <translation>{0} 没有模型</translation>
    </message>
    <message>
        <source>There is no model folder at {0}</source>
        <translation>{0} 没有模型文件夹</translation>
    </message>
    <message>
        <source>There is no readable chat template at {0}</source>
        <translation>{0} 没有可读取的对话模板</translation>
    </message>
    <message>
        <source>There is no recipe at {0}</source>
        <translation>{0} 没有配方</translation>
    </message>
    <message>
        <source>There is no reward model at {0}</source>
        <translation>{0} 处没有奖励模型</translation>
    </message>
    <message>
        <source>There is no room to unpack {0}</source>
        <translation>没有空间解压 {0}</translation>
    </message>
    <message>
        <source>There is no run at {0}</source>
        <translation>{0} 没有运行</translation>
    </message>
    <message>
        <source>There is no run at {0} to resume</source>
        <translation>{0} 没有可以继续的运行</translation>
    </message>
    <message>
        <source>There is no runtime {0} here</source>
        <translation>这里没有运行时 {0}</translation>
    </message>
    <message>
        <source>There is no runtime {0} here.</source>
        <translation>这里没有运行时 {0}。</translation>
    </message>
    <message>
        <source>There is no search at {0}</source>
        <translation>{0} 处没有搜索</translation>
    </message>
    <message>
        <source>There is no text to measure the importance of weights on.</source>
        <translation>没有可用来衡量权重重要性的文本。</translation>
    </message>
    <message>
        <source>There is no trained adapter or model in {0}</source>
        <translation>{0} 中没有训练好的适配器或模型</translation>
    </message>
    <message>
        <source>There is no usable checkpoint; the run starts from its beginning.</source>
        <translation>没有可用的检查点；运行将从头开始。</translation>
    </message>
    <message>
        <source>There is no {0} at this address</source>
        <translation>此地址没有 {0}</translation>
    </message>
    <message>
        <source>There is no {0} in {1}</source>
        <translation>{1} 中没有 {0}</translation>
    </message>
    <message>
        <source>There is no {0} {1}; there are: {2}</source>
        <translation>没有 {0} {1}；现有：{2}</translation>
    </message>
    <message>
        <source>There is nothing at</source>
        <translation>这里什么也没有：</translation>
    </message>
    <message>
        <source>This account may not use</source>
        <translation>此账户无权使用</translation>
    </message>
    <message>
        <source>This adapter cannot be combined with others: {0}.</source>
        <translation>此适配器不能与其他适配器组合：{0}。</translation>
    </message>
    <message>
        <source>This adapter cannot be written for llama.cpp: {0}.</source>
        <translation>无法为 llama.cpp 写出此适配器：{0}。</translation>
    </message>
    <message>
        <source>This architecture cannot be written as ONNX: {0}</source>
        <translation>此架构无法写成 ONNX：{0}</translation>
    </message>
    <message>
        <source>This engine does not answer {0}</source>
        <translation>此引擎不回应 {0}</translation>
    </message>
    <message>
        <source>This method trains prompts, not weights, so there is nothing to merge.</source>
        <translation>此方法训练的是提示而不是权重，因此没有可合并的内容。</translation>
    </message>
    <message>
        <source>This model gives vectors and answers nothing</source>
        <translation>此模型只给出向量，不回答问题</translation>
    </message>
    <message>
        <source>This model has no chat template, so it was probably never taught to converse. {0} rows are few for that; an instruct model needs fewer.</source>
        <translation>此模型没有对话模板，可能从未学过对话。{0} 行对此来说很少；指令模型需要的更少。</translation>
    </message>
    <message>
        <source>This model has no module called {0} there</source>
        <translation>此模型在该处没有名为 {0} 的模块</translation>
    </message>
    <message>
        <source>This optimizer comes from bitsandbytes, which is not installed here</source>
        <translation>此优化器来自 bitsandbytes，而这里没有安装它</translation>
    </message>
    <message>
        <source>This reward model cannot be merged: {0}.</source>
        <translation>此奖励模型无法合并：{0}。</translation>
    </message>
    <message>
        <source>This run kept no rows aside, so there is nothing to measure it on.</source>
        <translation>该运行没有留出数据，因此无法测量。</translation>
    </message>
    <message>
        <source>This run trained a reward model, which answers no tasks of lm-eval</source>
        <translation>此运行训练了奖励模型，无法回答 lm-eval 的任务</translation>
    </message>
    <message>
        <source>This run trained a reward model, which scores answers and writes none, so {0} cannot hold it.</source>
        <translation>此运行训练了奖励模型，它只评分，不生成回答，因此无法存为 {0}。</translation>
    </message>
    <message>
        <source>This run trained the whole model, so there is no adapter to combine with others.</source>
        <translation>此运行训练了整个模型，因此没有可与其他组合的适配器。</translation>
    </message>
    <message>
        <source>This run trained the whole model, so there is no adapter to export.</source>
        <translation>该运行训练了整个模型，因此没有适配器可导出。</translation>
    </message>
    <message>
        <source>Three passes, as instruction tuning usually takes.</source>
        <translation>三遍，指令微调通常如此。</translation>
    </message>
    <message>
        <source>Train an adapter beside the weights</source>
        <translation>在权重旁训练适配器</translation>
    </message>
    <message>
        <source>Train the reward model on the same base, or on one with the same tokenizer.</source>
        <translation>请在同一基础模型或使用相同分词器的模型上训练奖励模型。</translation>
    </message>
    <message>
        <source>Train without quantization, or use the adapter with the quantized base.</source>
        <translation>不使用量化来训练，或把适配器与量化的基础模型一起使用。</translation>
    </message>
    <message>
        <source>Training libraries</source>
        <translation>训练库</translation>
    </message>
    <message>
        <source>Turn off Stay offline in the Settings first.</source>
        <translation>请先在设置中关闭保持离线。</translation>
    </message>
    <message>
        <source>Turn off Stay offline on the Models page, or copy the model&apos;s folder here by other means.</source>
        <translation>请在模型页关闭“保持离线”，或用其他方式把模型文件夹复制到这里。</translation>
    </message>
    <message>
        <source>Turn off Stay offline on the Models page, or name the file: {0}=.../{1}</source>
        <translation>请在模型页关闭“保持离线”，或给出文件：{0}=.../{1}</translation>
    </message>
    <message>
        <source>Turn on gradient checkpointing</source>
        <translation>打开梯度检查点</translation>
    </message>
    <message>
        <source>Turn on gradient checkpointing and reduce the batch size to 1 with {0} accumulation steps</source>
        <translation>打开梯度检查点，把批大小减到 1，累积 {0} 步</translation>
    </message>
    <message>
        <source>Twice the rank, so that the strength of the adapter does not hang on its rank.</source>
        <translation>秩的两倍，使适配器的强度不取决于秩。</translation>
    </message>
    <message>
        <source>Update Luthier first.</source>
        <translation>请先更新 Luthier。</translation>
    </message>
    <message>
        <source>Vary another option.</source>
        <translation>请变动其他选项。</translation>
    </message>
    <message>
        <source>Wait until it is done.</source>
        <translation>请等到它完成。</translation>
    </message>
    <message>
        <source>Wait until something else ends, take a shorter context, or choose a smaller file.</source>
        <translation>请等待其他任务结束，使用较短的上下文，或选择更小的文件。</translation>
    </message>
    <message>
        <source>What stands at {0} is no list of versions</source>
        <translation>{0} 处的内容不是版本列表</translation>
    </message>
    <message>
        <source>What stands at {0} is too large for a list of versions</source>
        <translation>{0} 处的内容作为版本列表太大了</translation>
    </message>
    <message>
        <source>With {0} rows a few virtual tokens are enough, and on a model of this size they reach what larger methods reach.</source>
        <translation>{0} 行数据用少量虚拟 token 就够了，在这种大小的模型上可达到更大方法的效果。</translation>
    </message>
    <message>
        <source>With {0} rows the training loss soon says nothing any more; go by the held-out loss.</source>
        <translation>{0} 行数据时训练损失很快就没有意义；请看留出损失。</translation>
    </message>
    <message>
        <source>With {0} rows there is little to learn, and a wider adapter would learn it by heart.</source>
        <translation>{0} 行数据可学的不多，更宽的适配器会死记它们。</translation>
    </message>
    <message>
        <source>Write it as path=low:high, path=low:high:log or path=a,b,c.</source>
        <translation>请写成 路径=下限:上限、路径=下限:上限:log 或 路径=a,b,c。</translation>
    </message>
    <message>
        <source>Write it for LLaMA-Factory instead, or choose another objective.</source>
        <translation>请改为写给 LLaMA-Factory，或选择其他目标。</translation>
    </message>
    <message>
        <source>a card of {0} without a driver</source>
        <translation>一块 {0} 的显卡，但没有驱动</translation>
    </message>
    <message>
        <source>it is no Python that can be read</source>
        <translation>这不是能读懂的 Python</translation>
    </message>
    <message>
        <source>lm-eval is not installed, so its tasks cannot be asked</source>
        <translation>未安装 lm-eval，因此无法使用其任务</translation>
    </message>
    <message>
        <source>lm-eval knows no task {0}</source>
        <translation>lm-eval 没有名为 {0} 的任务</translation>
    </message>
    <message>
        <source>not opened yet</source>
        <translation>尚未打开</translation>
    </message>
    <message>
        <source>the file could not be run</source>
        <translation>该文件无法运行</translation>
    </message>
    <message>
        <source>version {0}, written by Luthier {1}</source>
        <translation>版本 {0}，由 Luthier {1} 写成</translation>
    </message>
    <message>
        <source>{0} answered {1}</source>
        <translation>{0} 的回应是 {1}</translation>
    </message>
    <message>
        <source>{0} arrived damaged or changed: its hash is not the one that {1}{2} names</source>
        <translation>{0} 送达时已损坏或被改动：其哈希与{1}{2}给出的不同</translation>
    </message>
    <message>
        <source>{0} cannot be reached: {1}</source>
        <translation>无法访问 {0}：{1}</translation>
    </message>
    <message>
        <source>{0} cannot be searched over. {1}</source>
        <translation>{0} 无法搜索。{1}</translation>
    </message>
    <message>
        <source>{0} cannot be trained. {1}</source>
        <translation>{0} 无法训练。{1}</translation>
    </message>
    <message>
        <source>{0} could not be fetched: {1}</source>
        <translation>无法获取 {0}：{1}</translation>
    </message>
    <message>
        <source>{0} defines no function called {1}</source>
        <translation>{0} 没有定义名为 {1} 的函数</translation>
    </message>
    <message>
        <source>{0} does not say which version of Luthier wrote this library</source>
        <translation>{0} 没有说明这个资料库由哪个版本的 Luthier 写成</translation>
    </message>
    <message>
        <source>{0} does not take a prompt, a completion and a row</source>
        <translation>{0} 不接受提示、回答和数据行这三个参数</translation>
    </message>
    <message>
        <source>{0} free at {1}</source>
        <translation>{1} 处可用空间 {0}</translation>
    </message>
    <message>
        <source>{0} gave {1}, which is no finite number</source>
        <translation>{0} 给出了 {1}，这不是有限的数值</translation>
    </message>
    <message>
        <source>{0} has {1}, which the source tree has not.</source>
        <translation>{0} 有 {1}，而源代码里没有。</translation>
    </message>
    <message>
        <source>{0} holds a search over other options</source>
        <translation>{0} 中是针对其他选项的搜索</translation>
    </message>
    <message>
        <source>{0} holds its weights as {1}, for which the library {2} is not installed</source>
        <translation>{0} 的权重以 {1} 保存，所需的库 {2} 未安装</translation>
    </message>
    <message>
        <source>{0} holds its weights as {1}, which have to be spelt out before they can be trained</source>
        <translation>{0} 的权重以 {1} 保存，须先展开才能训练</translation>
    </message>
    <message>
        <source>{0} holds no code called {1} any more</source>
        <translation>{0} 中不再有名为 {1} 的代码</translation>
    </message>
    <message>
        <source>{0} is a link to a folder, which no runtime can hold</source>
        <translation>{0} 是指向文件夹的链接，运行时里不能有这种链接</translation>
    </message>
    <message>
        <source>{0} is damaged or no runtime of Luthier, so nothing was installed: {1}</source>
        <translation>{0} 已损坏或不是 Luthier 的运行时，因此什么都没有安装：{1}</translation>
    </message>
    <message>
        <source>{0} is held by another program and cannot be loaded here.</source>
        <translation>{0} 被其他程序占用，无法在此加载。</translation>
    </message>
    <message>
        <source>{0} is larger than a file of rewards can be</source>
        <translation>{0} 作为奖励文件太大了</translation>
    </message>
    <message>
        <source>{0} is made for a newer Luthier</source>
        <translation>{0} 是为更新的 Luthier 制作的</translation>
    </message>
    <message>
        <source>{0} is no SHA-256</source>
        <translation>{0} 不是 SHA-256</translation>
    </message>
    <message>
        <source>{0} is no address of a runtime</source>
        <translation>{0} 不是运行时的地址</translation>
    </message>
    <message>
        <source>{0} is no number and no choice</source>
        <translation>{0} 既不是数字也不是可选项</translation>
    </message>
    <message>
        <source>{0} is no range</source>
        <translation>{0} 不是范围</translation>
    </message>
    <message>
        <source>{0} is no runtime of Luthier, or it is damaged</source>
        <translation>{0} 不是 Luthier 的运行时，或已损坏</translation>
    </message>
    <message>
        <source>{0} is not the address of a feed</source>
        <translation>{0} 不是更新源的地址</translation>
    </message>
    <message>
        <source>{0} is not the file that was named: its SHA-256 is another one, so nothing was installed</source>
        <translation>{0} 不是所指定的文件：其 SHA-256 不同，因此什么都没有安装</translation>
    </message>
    <message>
        <source>{0} lacks {1}.</source>
        <translation>{0} 缺少 {1}。</translation>
    </message>
    <message>
        <source>{0} needs {1} GB more in {2}</source>
        <translation>{0} 还需要 {2} 中的 {1} GB</translation>
    </message>
    <message>
        <source>{0} raised an error</source>
        <translation>{0} 出错了</translation>
    </message>
    <message>
        <source>{0} right answers were lost and {1} won ({2}); the right choice has a probability of {3} and had {4} ({5}).</source>
        <translation>丢失 {0} 个正确回答，新增 {1} 个（{2}）；正确选项的概率为 {3}，之前为 {4}（{5}）。</translation>
    </message>
    <message>
        <source>{0} rows are very few: they will be learnt by heart. Read the answers to held-out questions, and add rows if you can.</source>
        <translation>{0} 行非常少：它们会被死记。请阅读留出问题的回答，可能的话增加数据。</translation>
    </message>
    <message>
        <source>{0} sends more of {1} than it lists</source>
        <translation>{0} 发送的 {1} 比它列出的多</translation>
    </message>
    <message>
        <source>{0} sends no more of {1}</source>
        <translation>{0} 不再发送 {1}</translation>
    </message>
    <message>
        <source>{0}, driver {1}</source>
        <translation>{0}，驱动 {1}</translation>
    </message>
    <message>
        <source>{0}, or bring the runtime&apos;s file here by other means and install it from there.</source>
        <translation>{0}，或以其他方式把运行时的文件带到这里，再从文件安装。</translation>
    </message>
    <message>
        <source>{0}: {1} is no plain tensor</source>
        <translation>{0}：{1} 不是普通张量</translation>
    </message>
    <message>
        <source>{0}; Python says {1}: {2}</source>
        <translation>{0}；Python 的说明是 {1}：{2}</translation>
    </message>
    <message>
        <source>Unpack it yourself if you trust it.</source>
        <translation>若您信任它，请自行解压。</translation>
    </message>
    <message>
        <source>16 examples a step, as adapters of 7B models were trained.</source>
        <translation>每步 16 个样本，7B 模型的适配器就是这样训练的。</translation>
    </message>
    <message>
        <source>4 examples a step, so that {0} rows make enough steps.</source>
        <translation>每步 4 个样本，使 {0} 行有足够的步数。</translation>
    </message>
    <message>
        <source>8 examples a step, so that {0} rows make enough steps.</source>
        <translation>每步 8 个样本，使 {0} 行有足够的步数。</translation>
    </message>
    <message>
        <source>A little noise on the embeddings made answers of instruction tuning fuller and less learnt by heart.</source>
        <translation>在嵌入上加一点噪声，可使指令微调的回答更充实、更少死记。</translation>
    </message>
    <message>
        <source>A low rank is enough for most tasks; raise it if the held-out loss stays high.</source>
        <translation>低秩足以应付大多数任务；若留出损失居高不下再提高。</translation>
    </message>
    <message>
        <source>A model that was taught to converse forgets some of it while it reads on. Teach it again with conversations afterwards.</source>
        <translation>学过对话的模型在续读时会忘掉一些。之后请再用对话教它。</translation>
    </message>
    <message>
        <source>A plain script is written for {0}, not for the method {1}</source>
        <translation>普通脚本是为 {0} 编写的，不支持方法 {1}</translation>
    </message>
    <message>
        <source>A plain script is written for {0}, not for the objective {1}</source>
        <translation>普通脚本是为 {0} 编写的，不支持目标 {1}</translation>
    </message>
    <message>
        <source>A recipe cannot be written as {0}</source>
        <translation>配方无法写为 {0}</translation>
    </message>
    <message>
        <source>A reward model is written as safetensors only.</source>
        <translation>奖励模型只写为 safetensors。</translation>
    </message>
    <message>
        <source>A search goes by the held-out loss, and no rows are held out</source>
        <translation>搜索依据留出损失，而没有留出任何行</translation>
    </message>
    <message>
        <source>A trained prompt is a few thousand numbers and wants a large rate.</source>
        <translation>训练出的提示只有几千个数字，需要较大的学习率。</translation>
    </message>
    <message>
        <source>Activations are computed twice instead of kept: the same result, about a third slower.</source>
        <translation>激活值重新计算而不保存：结果相同，约慢三分之一。</translation>
    </message>
    <message>
        <source>An option is named twice</source>
        <translation>某个选项写了两次</translation>
    </message>
    <message>
        <source>Another engine is searching in {0}</source>
        <translation>另一个引擎正在 {0} 中搜索</translation>
    </message>
    <message>
        <source>Beside every linear layer: only then LoRA came up to full fine-tuning.</source>
        <translation>加在每个线性层旁：只有这样 LoRA 才能达到全量微调的效果。</translation>
    </message>
    <message>
        <source>Cannot write {0}: {1}</source>
        <translation>无法写入 {0}：{1}</translation>
    </message>
    <message>
        <source>Chen et al., 2016, arXiv:1604.06174</source>
        <translation>Chen 等，2016，arXiv:1604.06174</translation>
    </message>
    <message>
        <source>Choose a folder that you may write in.</source>
        <translation>请选择您有写入权限的文件夹。</translation>
    </message>
    <message>
        <source>Choose one of these methods, or write it for LLaMA-Factory.</source>
        <translation>请选择其中一种方法，或写给 LLaMA-Factory。</translation>
    </message>
    <message>
        <source>Continued pretraining reads running text. These rows are conversations, and are learnt as such.</source>
        <translation>续预训练读取连续文本。这些行是对话，将按对话学习。</translation>
    </message>
    <message>
        <source>Convert it once, on the Models page or with &quot;luthier-engine convert {0}&quot;</source>
        <translation>请转换一次，在模型页或用 “luthier-engine convert {0}”</translation>
    </message>
    <message>
        <source>Free some space, or choose another folder for models and runs.</source>
        <translation>请腾出一些空间，或为模型和运行选择另一个文件夹。</translation>
    </message>
    <message>
        <source>Get it again.</source>
        <translation>请重新获取。</translation>
    </message>
    <message>
        <source>Get the file again from where it came from.</source>
        <translation>请从原来的地方重新获取该文件。</translation>
    </message>
    <message>
        <source>Get the file again from where the number came from.</source>
        <translation>请从给出该数值的地方重新获取文件。</translation>
    </message>
    <message>
        <source>How many steps there are shows once the rows are read: set optim.warmup_ratio, a share, by hand.</source>
        <translation>读取数据行后才知道有多少步：请手动设置 optim.warmup_ratio（一个比例）。</translation>
    </message>
    <message>
        <source>If you trust its source, look at the code and allow it in the window, or with `luthier-engine allow-code FILE`.</source>
        <translation>如果你信任其来源，请在窗口中查看代码并允许，或运行 `luthier-engine allow-code FILE`。</translation>
    </message>
    <message>
        <source>In the file {0}: {1}</source>
        <translation>在文件 {0} 中：{1}</translation>
    </message>
    <message>
        <source>In {0}, line {1}: {2}</source>
        <translation>在 {0} 第 {1} 行：{2}</translation>
    </message>
    <message>
        <source>Valid targets: {0}.</source>
        <translation>有效目标：{0}。</translation>
    </message>
    <message>
        <source>Verification was switched off.</source>
        <translation>已关闭验证。</translation>
    </message>
    <message>
        <source>Wait for it, or stop it first.</source>
        <translation>请等待它结束，或先停止它。</translation>
    </message>
    <message>
        <source>Write access</source>
        <translation>写入权限</translation>
    </message>
    <message>
        <source>Write it as section.option=value.</source>
        <translation>请写成 section.option=value。</translation>
    </message>
    <message>
        <source>Write schema_version: {0}.</source>
        <translation>请写 schema_version: {0}。</translation>
    </message>
    <message>
        <source>Write the files of each kind on their own.</source>
        <translation>请把每种类型的文件分开写。</translation>
    </message>
    <message>
        <source>`luthier-engine data inspect FILE` lists every row and why.</source>
        <translation>`luthier-engine data inspect FILE` 会列出每一行及原因。</translation>
    </message>
    <message>
        <source>`luthier-engine data inspect FILE` lists every row that cannot be used and why.</source>
        <translation>`luthier-engine data inspect FILE` 会列出每一条不可用的行及原因。</translation>
    </message>
    <message>
        <source>and {0} were removed by the cleaning steps</source>
        <translation>且清洗步骤移除了 {0}</translation>
    </message>
    <message>
        <source>are longer than 32,768 characters</source>
        <translation>超过 32,768 个字符</translation>
    </message>
    <message>
        <source>are mostly symbols, repetition or broken characters</source>
        <translation>大多是符号、重复或损坏的字符</translation>
    </message>
    <message>
        <source>decline to answer</source>
        <translation>拒绝回答</translation>
    </message>
    <message>
        <source>differ from an earlier row in a few words only</source>
        <translation>与前面的行只差几个词</translation>
    </message>
    <message>
        <source>have an empty question or answer</source>
        <translation>的问题或回答为空</translation>
    </message>
    <message>
        <source>hold HTML, or lines that a web page has around its text</source>
        <translation>含有 HTML 或网页正文之外的文字</translation>
    </message>
    <message>
        <source>hold advertisements</source>
        <translation>含有广告</translation>
    </message>
    <message>
        <source>hold e-mail addresses, telephone, card or identity numbers</source>
        <translation>含有邮箱地址、电话、银行卡或证件号码</translation>
    </message>
    <message>
        <source>hold lines that a web page has around its text</source>
        <translation>含有网页正文之外的文字</translation>
    </message>
    <message>
        <source>hold markers of roles, or turns out of order</source>
        <translation>含有角色标记，或轮次顺序不对</translation>
    </message>
    <message>
        <source>hold superfluous white space or invisible characters</source>
        <translation>含有多余的空白或不可见字符</translation>
    </message>
    <message>
        <source>hold wrongly decoded or control characters</source>
        <translation>含有解码错误的字符或控制字符</translation>
    </message>
    <message>
        <source>is required</source>
        <translation>是必填项</translation>
    </message>
    <message>
        <source>llama-cpp-python {0}</source>
        <translation>llama-cpp-python {0}</translation>
    </message>
    <message>
        <source>llama.cpp</source>
        <translation>llama.cpp</translation>
    </message>
    <message>
        <source>llama.cpp keeps {0} in a form that a LoRA cannot be added to.</source>
        <translation>llama.cpp 存放 {0} 的形式无法叠加 LoRA。</translation>
    </message>
    <message>
        <source>llama.cpp&apos;s adapters are plain LoRA; this one also changes {0} in another way.</source>
        <translation>llama.cpp 的适配器是普通 LoRA；此适配器还以其他方式改变了 {0}。</translation>
    </message>
    <message>
        <source>missing: {0}</source>
        <translation>缺少：{0}</translation>
    </message>
    <message>
        <source>parts of turns</source>
        <translation>轮次中的媒体部分</translation>
    </message>
    <message>
        <source>repeat an earlier row</source>
        <translation>与前面的行重复</translation>
    </message>
    <message>
        <source>{0} cannot be opened: {1}</source>
        <translation>无法打开 {0}：{1}</translation>
    </message>
    <message>
        <source>{0} cannot be read as PDF: {1}</source>
        <translation>{0} 无法作为 PDF 读取：{1}</translation>
    </message>
    <message>
        <source>{0} cannot be read as a table: its header has {1} columns; {2} at most</source>
        <translation>{0} 无法作为表格读取：表头有 {1} 列；最多 {2} 列</translation>
    </message>
    <message>
        <source>{0} cannot be read as {1}: {2}</source>
        <translation>{0} 无法作为 {1} 读取：{2}</translation>
    </message>
    <message>
        <source>{0} cannot be unpacked: {1}</source>
        <translation>{0} 无法解压：{1}</translation>
    </message>
    <message>
        <source>{0} counts positions by another RoPE base: {1}, and the model has {2}.</source>
        <translation>{0} 使用了不同的 RoPE 基数：{1}，而模型的是 {2}。</translation>
    </message>
    <message>
        <source>{0} is no dataset file: it is {1}</source>
        <translation>{0} 不是数据集文件：它是 {1}</translation>
    </message>
    <message>
        <source>{0} is not read further: it draws more than a file of its size can mean</source>
        <translation>{0} 不再继续读取：它绘制的内容超过这种大小的文件应有的量</translation>
    </message>
    <message>
        <source>{0} of {1} held-out rows say nearly the same as a training row</source>
        <translation>{1} 个留出行中有 {0} 行与某个训练行几乎相同</translation>
    </message>
    <message>
        <source>{0} would be replaced, and {1}</source>
        <translation>{0} 会被替换，而 {1}</translation>
    </message>
    <message>
        <source>{0} {1} wrong: {2}</source>
        <translation>{0} 个{1}有误：{2}</translation>
    </message>
    <message>
        <source>{0}, and this model has {1} blocks, counted from 0</source>
        <translation>{0}，而此模型有 {1} 个块，从 0 开始计数</translation>
    </message>
    <message>
        <source>{0}, line {1}: the pattern {2} needs more than {3} s</source>
        <translation>{0} 第 {1} 行：模式 {2} 需要超过 {3} 秒</translation>
    </message>
    <message>
        <source>{0}, line {1}: the row is of the kind {2}, the rows before it are {3}, and one file holds one kind</source>
        <translation>{0} 第 {1} 行：该行属于 {2} 类，之前的行属于 {3} 类，而一个文件只能有一类</translation>
    </message>
    <message>
        <source>{0}, line {1}: the row {2}, which the form {3} has no place for</source>
        <translation>{0} 第 {1} 行：该行{2}，形式 {3} 容纳不下</translation>
    </message>
    <message>
        <source>{0}: no row has a column {1}</source>
        <translation>{0}：没有行含有列 {1}</translation>
    </message>
    <message>
        <source>llama.cpp cannot load {0}: {1}</source>
        <translation>llama.cpp 无法加载 {0}：{1}</translation>
    </message>
    <message>
        <source>&quot;lm-eval ls tasks&quot; lists them; a task of your own is named by the path of its YAML file.</source>
        <translation>“lm-eval ls tasks” 可列出它们；您自己的任务请给出其 YAML 文件的路径。</translation>
    </message>
    <message>
        <source>- Cut off after {0} tokens</source>
        <translation>- 在 {0} 个 token 之后截断</translation>
    </message>
    <message>
        <source>- Hash of all rows after cleaning: `{0}`</source>
        <translation>- 清洗后所有行的哈希：`{0}`</translation>
    </message>
    <message>
        <source>A cell refers to a text that is not there</source>
        <translation>某个单元格引用了不存在的文本</translation>
    </message>
    <message>
        <source>Install it beside Luthier, or load the model without it.</source>
        <translation>请在 Luthier 旁安装它，或不借助它加载模型。</translation>
    </message>
    <message>
        <source>It begins with https://.</source>
        <translation>它以 https:// 开头。</translation>
    </message>
    <message>
        <source>It has: {0}</source>
        <translation>它有：{0}</translation>
    </message>
    <message>
        <source>Its weights are pickles ({0}), which are converted once before they are used.</source>
        <translation>其权重是 pickle 文件（{0}），使用前需转换一次。</translation>
    </message>
    <message>
        <source>Leave names, passwords and questions out of it; the key has a field of its own.</source>
        <translation>请不要在其中写入用户名、密码或查询参数；密钥有单独的输入框。</translation>
    </message>
    <message>
        <source>Load a model that was made for conversation.</source>
        <translation>请加载用于对话的模型。</translation>
    </message>
    <message>
        <source>Load one there first.</source>
        <translation>请先在那里加载一个模型。</translation>
    </message>
    <message>
        <source>Look at it again before you allow it.</source>
        <translation>请在允许之前再查看一次。</translation>
    </message>
    <message>
        <source>Look for a safetensors version.</source>
        <translation>请寻找 safetensors 版本。</translation>
    </message>
    <message>
        <source>Look for a version of this model whose code stands in its own folder.</source>
        <translation>请寻找代码就在自身文件夹中的版本。</translation>
    </message>
    <message>
        <source>Name a folder with config.json and .bin or .pt files, or a .gguf file.</source>
        <translation>请给出含有 config.json 和 .bin 或 .pt 文件的文件夹，或 .gguf 文件。</translation>
    </message>
    <message>
        <source>Name one of its files: {0}/{1}</source>
        <translation>请给出其中一个文件：{0}/{1}</translation>
    </message>
    <message>
        <source>No graphics card is known as {0}</source>
        <translation>没有名为 {0} 的显卡</translation>
    </message>
    <message>
        <source>No server answers at {0}: {1}</source>
        <translation>{0} 没有服务器响应：{1}</translation>
    </message>
    <message>
        <source>No sign of overfitting: the held-out loss fell and kept up with the training loss.</source>
        <translation>没有过拟合迹象：留出损失下降，且与训练损失同步。</translation>
    </message>
    <message>
        <source>Nothing is downloaded, because {0} says to stay offline</source>
        <translation>未下载任何内容，因为 {0} 要求保持离线</translation>
    </message>
    <message>
        <source>Only files that hold nothing but tensors are converted. Look for safetensors of this model.</source>
        <translation>只转换仅含张量的文件。请寻找此模型的 safetensors。</translation>
    </message>
    <message>
        <source>Port {0} of this computer cannot be used: {1}</source>
        <translation>无法使用这台电脑的端口 {0}：{1}</translation>
    </message>
    <message>
        <source>Rows that were trained on have a loss of {0}, held-out rows {1}: more was learnt by heart than understood.</source>
        <translation>训练过的行损失为 {0}，留出行为 {1}：更多是死记而非理解。</translation>
    </message>
    <message>
        <source>Send it in parts.</source>
        <translation>请分段发送。</translation>
    </message>
    <message>
        <source>Send the text.</source>
        <translation>请发送文本。</translation>
    </message>
    <message>
        <source>Start the server, or check its address.</source>
        <translation>请启动服务器，或检查其地址。</translation>
    </message>
    <message>
        <source>Take LoRA or full fine-tuning for it.</source>
        <translation>请改用 LoRA 或全量微调。</translation>
    </message>
    <message>
        <source>Take adamw, or adafactor where memory is short.</source>
        <translation>请用 adamw，内存紧张时用 adafactor。</translation>
    </message>
    <message>
        <source>Take {0} from the column {1}</source>
        <translation>从列 {1} 取 {0}</translation>
    </message>
    <message>
        <source>Text stands between two ChatML turns</source>
        <translation>两个 ChatML 轮次之间有文本</translation>
    </message>
    <message>
        <source>Text stands outside the ChatML turns</source>
        <translation>ChatML 轮次之外有文本</translation>
    </message>
    <message>
        <source>The adapter cannot be merged: the result would hold numbers that are not finite.</source>
        <translation>无法合并适配器：结果会含有非有限的数。</translation>
    </message>
    <message>
        <source>The adapter cannot be merged: {0} would hold numbers that are not finite.</source>
        <translation>无法合并适配器：{0} 会含有非有限的数。</translation>
    </message>
    <message>
        <source>The process that reads {0} ended with code {1}</source>
        <translation>读取 {0} 的进程以代码 {1} 结束</translation>
    </message>
    <message>
        <source>The process that reads {0} was ended by signal {1}</source>
        <translation>读取 {0} 的进程被信号 {1} 结束</translation>
    </message>
    <message>
        <source>The row reaches column {0}; {1} at most</source>
        <translation>该行延伸到第 {0} 列；最多 {1} 列</translation>
    </message>
    <message>
        <source>The run in {0} has another base model: {1}.</source>
        <translation>{0} 中的运行使用了另一个基础模型：{1}。</translation>
    </message>
    <message>
        <source>The run in {0} has no usable checkpoint</source>
        <translation>{0} 中的运行没有可用的检查点</translation>
    </message>
    <message>
        <source>The run in {0} trained the whole model, so it has no adapter to combine.</source>
        <translation>{0} 中的运行训练了整个模型，因此没有可组合的适配器。</translation>
    </message>
    <message>
        <source>The server at {0} does not accept the key</source>
        <translation>服务器 {0} 不接受该密钥</translation>
    </message>
    <message>
        <source>The server at {0} has no model</source>
        <translation>服务器 {0} 上没有模型</translation>
    </message>
    <message>
        <source>The server at {0} has no model {1}</source>
        <translation>服务器 {0} 上没有模型 {1}</translation>
    </message>
    <message>
        <source>The server at {0} wants a key</source>
        <translation>服务器 {0} 需要密钥</translation>
    </message>
    <message>
        <source>The step that removes rows of an evaluation set names no file</source>
        <translation>去除评测集行的步骤没有指定文件</translation>
    </message>
    <message>
        <source>Try again: what has arrived is kept, and the download goes on from there.</source>
        <translation>请重试：已到达的部分会保留，下载从那里继续。</translation>
    </message>
    <message>
        <source>Vary options of {0}.</source>
        <translation>请变动 {0} 的选项。</translation>
    </message>
    <message>
        <source>Vectors are made of texts, not of tokens</source>
        <translation>向量由文本得出，而不是由 token 得出</translation>
    </message>
    <message>
        <source>Write it like http://127.0.0.1:11434/v1.</source>
        <translation>请写成 http://127.0.0.1:11434/v1 这样的形式。</translation>
    </message>
    <message>
        <source>Write it without repetitions inside repetitions.</source>
        <translation>请避免在重复中再嵌套重复。</translation>
    </message>
    <message>
        <source>Write organisation/model, for example HuggingFaceTB/SmolLM2-135M-Instruct.</source>
        <translation>请写成 组织/模型 的形式，例如 HuggingFaceTB/SmolLM2-135M-Instruct。</translation>
    </message>
    <message>
        <source>llama.cpp could not quantize to {0}: {1}</source>
        <translation>llama.cpp 无法量化为 {0}：{1}</translation>
    </message>
    <message>
        <source>llama.cpp&apos;s converter cannot turn {0} into GGUF: {1}</source>
        <translation>llama.cpp 的转换器无法把 {0} 转为 GGUF：{1}</translation>
    </message>
    <message>
        <source>no row has the columns of {0}</source>
        <translation>没有行含有 {0} 的列</translation>
    </message>
    <message>
        <source>none; training runs on the processor</source>
        <translation>无；训练在处理器上进行</translation>
    </message>
    <message>
        <source>not installed</source>
        <translation>未安装</translation>
    </message>
    <message>
        <source>schema_version: this recipe is of version {0}; this Luthier reads up to {1}</source>
        <translation>schema_version：此配方是版本 {0}；当前 Luthier 最高读取到 {1}</translation>
    </message>
    <message>
        <source>schema_version: {0} is not a recipe version</source>
        <translation>schema_version：{0} 不是配方版本</translation>
    </message>
    <message>
        <source>transformers has no scoring form of {0} models, so the reward model cannot be merged.</source>
        <translation>transformers 没有 {0} 模型的评分形式，因此无法合并奖励模型。</translation>
    </message>
    <message>
        <source>unknown kind {0}; one of: {1}</source>
        <translation>未知的类型 {0}；可选：{1}</translation>
    </message>
    <message>
        <source>{0} ({1}) cannot be made trainable: {2}</source>
        <translation>{0}（{1}）无法变为可训练：{2}</translation>
    </message>
    <message>
        <source>{0} already holds a run</source>
        <translation>{0} 中已有一个运行</translation>
    </message>
    <message>
        <source>{0} already holds other files.</source>
        <translation>{0} 中已有其他文件。</translation>
    </message>
    <message>
        <source>{0} calls code from another place ({1}), which is never run</source>
        <translation>{0} 调用了别处的代码（{1}），这样的代码从不运行</translation>
    </message>
    <message>
        <source>{0} could not be used: {1}</source>
        <translation>{0} 无法使用：{1}</translation>
    </message>
    <message>
        <source>{0} did not answer in time while it loaded the model</source>
        <translation>{0} 在加载模型时未及时响应</translation>
    </message>
    <message>
        <source>{0} ended with code {1} while it loaded the model</source>
        <translation>{0} 在加载模型时以代码 {1} 结束</translation>
    </message>
    <message>
        <source>{0} has no form {1}</source>
        <translation>{0} 没有 {1} 这种格式</translation>
    </message>
    <message>
        <source>{0} has no row that can be used</source>
        <translation>{0} 没有可用的行</translation>
    </message>
    <message>
        <source>{0} has the shape {1} in the adapter and {2} in the base.</source>
        <translation>{0} 在适配器中的形状是 {1}，在基础模型中是 {2}。</translation>
    </message>
    <message>
        <source>{0} held-out rows are also trained on; they were left out of what is held out</source>
        <translation>{0} 个留出行也用于训练；它们已从留出部分去掉</translation>
    </message>
    <message>
        <source>{0} holds no chat template</source>
        <translation>{0} 中没有对话模板</translation>
    </message>
    <message>
        <source>{0} holds no config.json</source>
        <translation>{0} 中没有 config.json</translation>
    </message>
    <message>
        <source>{0} holds no dataset that Luthier has written</source>
        <translation>{0} 中没有 Luthier 写出的数据集</translation>
    </message>
    <message>
        <source>{0} holds no table of tensors</source>
        <translation>{0} 中没有张量表</translation>
    </message>
    <message>
        <source>{0} holds no weights</source>
        <translation>{0} 中没有权重</translation>
    </message>
    <message>
        <source>{0} holds no weights that can be used</source>
        <translation>{0} 中没有可用的权重</translation>
    </message>
    <message>
        <source>{0} holds the weights as a pickle, which could run code when it is opened</source>
        <translation>{0} 中的权重是 pickle，打开时可能运行代码</translation>
    </message>
    <message>
        <source>{0} holds too much code to look at</source>
        <translation>{0} 中的代码过多，无法逐一查看</translation>
    </message>
    <message>
        <source>{0} in {1} is no section</source>
        <translation>{1} 中的 {0} 不是一个分区</translation>
    </message>
    <message>
        <source>{0} is a GGUF file, which has to be spelt out as safetensors before it can be trained</source>
        <translation>{0} 是 GGUF 文件，须先展开为 safetensors 才能训练</translation>
    </message>
    <message>
        <source>{0} is a file, not the folder of a run</source>
        <translation>{0} 是文件，不是运行文件夹</translation>
    </message>
    <message>
        <source>{0} is cut short.</source>
        <translation>{0} 被截断。</translation>
    </message>
    <message>
        <source>{0} is neither YAML nor JSON: {1}</source>
        <translation>{0} 既不是 YAML 也不是 JSON：{1}</translation>
    </message>
    <message>
        <source>{0} is neither a model folder nor a GGUF file</source>
        <translation>{0} 既不是模型文件夹，也不是 GGUF 文件</translation>
    </message>
    <message>
        <source>{0} is no GGUF file: {1}</source>
        <translation>{0} 不是 GGUF 文件：{1}</translation>
    </message>
    <message>
        <source>{0} is no address of a hub</source>
        <translation>{0} 不是模型站的地址</translation>
    </message>
    <message>
        <source>{0} is no address of a server</source>
        <translation>{0} 不是服务器的地址</translation>
    </message>
    <message>
        <source>{0} is no dataset file that can be read</source>
        <translation>{0} 不是可读取的数据集文件</translation>
    </message>
    <message>
        <source>{0} is no name of a model on a hub</source>
        <translation>{0} 不是模型站上的模型名称</translation>
    </message>
    <message>
        <source>{0} is no override</source>
        <translation>{0} 不是覆盖项</translation>
    </message>
    <message>
        <source>{0} is no run: it holds no recipe.yaml</source>
        <translation>{0} 不是运行：其中没有 recipe.yaml</translation>
    </message>
    <message>
        <source>{0} is no safetensors file: {1}</source>
        <translation>{0} 不是 safetensors 文件：{1}</translation>
    </message>
    <message>
        <source>{0} is no training configuration that is known</source>
        <translation>{0} 不是已知的训练配置</translation>
    </message>
    <message>
        <source>{0} is not installed</source>
        <translation>{0} 未安装</translation>
    </message>
    <message>
        <source>{0} is not one of: auto, {1}</source>
        <translation>{0} 不在可选项中：auto、{1}</translation>
    </message>
    <message>
        <source>{0} is not one of: {1}</source>
        <translation>{0} 不在可选项中：{1}</translation>
    </message>
    <message>
        <source>{0} is not opened: {1}</source>
        <translation>未打开 {0}：{1}</translation>
    </message>
    <message>
        <source>{0} is not read further than row {1}: its texts are over {2} times its size</source>
        <translation>{0} 只读到第 {1} 行：其文本超过文件大小的 {2} 倍</translation>
    </message>
    <message>
        <source>{0} is not unpacked: {1}</source>
        <translation>未解压 {0}：{1}</translation>
    </message>
    <message>
        <source>{0} is not what it was when its rows were read</source>
        <translation>{0} 与读取各行时已不相同</translation>
    </message>
    <message>
        <source>{0} is there already</source>
        <translation>{0} 已经存在</translation>
    </message>
    <message>
        <source>{0} lists a file outside of its folder: {1}</source>
        <translation>{0} 列出了其文件夹之外的文件：{1}</translation>
    </message>
    <message>
        <source>{0} longer than {1} tokens were split; together with the others they make {2}</source>
        <translation>{0} 超过 {1} 个 token，已被拆分；连同其他行共 {2}</translation>
    </message>
    <message>
        <source>{0} models cannot be given RoPE scaling: {1}</source>
        <translation>{0} 模型无法使用 RoPE 缩放：{1}</translation>
    </message>
    <message>
        <source>{0} moves the weights themselves, and a quantized base holds them still.</source>
        <translation>{0} 要改动权重本身，而量化的基础模型使权重保持不动。</translation>
    </message>
    <message>
        <source>{0} must hold a mapping of options</source>
        <translation>{0} 必须是选项的映射</translation>
    </message>
    <message>
        <source>{0} names {1}, and there is no such file.</source>
        <translation>{0} 指向 {1}，但没有这个文件。</translation>
    </message>
    <message>
        <source>{0} needs about {1} of memory, and {2} are free.</source>
        <translation>{0} 约需 {1} 内存，可用 {2}。</translation>
    </message>
    <message>
        <source>{0} needs about {1} of memory, and {2} are left beside the run.</source>
        <translation>{0} 约需 {1} 内存，运行之外还剩 {2}。</translation>
    </message>
    <message>
        <source>{0} needs {1} in {2}, and {3} are free.</source>
        <translation>{0} 需要 {2} 中的 {1}，而可用空间为 {3}。</translation>
    </message>
    <message>
        <source>{0} of the first {1} rows have {2} columns ({3})</source>
        <translation>前 {1} 行中有 {0} 行含有 {2} 的列（{3}）</translation>
    </message>
    <message>
        <source>{0} of the starter model is damaged or not the expected file.</source>
        <translation>入门模型的 {0} 已损坏或不是预期的文件。</translation>
    </message>
    <message>
        <source>{0} of {1} free</source>
        <translation>共 {1}，可用 {0}</translation>
    </message>
    <message>
        <source>{0} was not opened: {1}</source>
        <translation>{0} 未打开：{1}</translation>
    </message>
    <message>
        <source>{0} was stopped while it wrote a conversation: {1}</source>
        <translation>{0} 在写出对话时被停止：{1}</translation>
    </message>
    <message>
        <source>{0} was written but does not behave as the trained model. {1}</source>
        <translation>{0} 已写入，但表现与训练后的模型不一致。{1}</translation>
    </message>
    <message>
        <source>{0}, but this PyTorch cannot use it</source>
        <translation>{0}，但当前 PyTorch 无法使用</translation>
    </message>
</context>
<context>
    <name>ErrorBanner</name>
    <message>
        <source>Details</source>
        <translation>详情</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>关闭此消息</translation>
    </message>
</context>
<context>
    <name>Errors</name>
    <message>
        <source>The engine did not understand the app</source>
        <translation>引擎没有理解应用的请求</translation>
    </message>
    <message>
        <source>The recipe has faults</source>
        <translation>配方有错误</translation>
    </message>
    <message>
        <source>Something is missing</source>
        <translation>缺少某些内容</translation>
    </message>
    <message>
        <source>A file cannot be read</source>
        <translation>有文件无法读取</translation>
    </message>
    <message>
        <source>No row is left to train on</source>
        <translation>没有剩下可训练的行</translation>
    </message>
    <message>
        <source>No token would be trained</source>
        <translation>没有 token 会被训练</translation>
    </message>
    <message>
        <source>The model has no chat template</source>
        <translation>模型没有对话模板</translation>
    </message>
    <message>
        <source>This model cannot be used</source>
        <translation>无法使用此模型</translation>
    </message>
    <message>
        <source>The loss is no longer a number</source>
        <translation>损失不再是数字</translation>
    </message>
    <message>
        <source>Out of memory</source>
        <translation>内存不足</translation>
    </message>
    <message>
        <source>The disk is full</source>
        <translation>磁盘已满</translation>
    </message>
    <message>
        <source>The disk failed</source>
        <translation>磁盘出错</translation>
    </message>
    <message>
        <source>The network did not answer</source>
        <translation>网络没有响应</translation>
    </message>
    <message>
        <source>A checkpoint is damaged</source>
        <translation>检查点已损坏</translation>
    </message>
    <message>
        <source>The export failed</source>
        <translation>导出失败</translation>
    </message>
    <message>
        <source>The engine is busy</source>
        <translation>引擎正忙</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>已取消</translation>
    </message>
    <message>
        <source>The engine stopped unexpectedly</source>
        <translation>引擎意外停止</translation>
    </message>
    <message>
        <source>The engine did not answer in time</source>
        <translation>引擎没有及时响应</translation>
    </message>
    <message>
        <source>Something went wrong in Luthier</source>
        <translation>Luthier 出错了</translation>
    </message>
</context>
<context>
    <name>EvaluationCard</name>
    <message>
        <source>Before and after</source>
        <translation>训练前后</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>测量</translation>
    </message>
    <message>
        <source>Figures and answers of the base and the trained model on the held-out rows</source>
        <translation>基础模型与训练后模型在留出数据上的各项指标和回答</translation>
    </message>
    <message>
        <source>What to measure</source>
        <translation>测量什么</translation>
    </message>
    <message>
        <source>base model</source>
        <translation>基础模型</translation>
    </message>
    <message>
        <source>trained model</source>
        <translation>训练后的模型</translation>
    </message>
    <message>
        <source>{what}: {side}</source>
        <translation>{what}：{side}</translation>
    </message>
    <message>
        <source>Cancelling</source>
        <translation>正在取消</translation>
    </message>
    <message>
        <source>{rows} test rows</source>
        <translation>{rows} 行测试数据</translation>
    </message>
    <message>
        <source>{rows} held-out rows</source>
        <translation>{rows} 行留出数据</translation>
    </message>
    <message>
        <source>{count} of them answered</source>
        <translation>其中 {count} 行已回答</translation>
    </message>
    <message>
        <source>What changed, measured on rows that were never trained.</source>
        <translation>变化了什么：在从未训练过的数据上测量。</translation>
    </message>
    <message>
        <source>Measure again</source>
        <translation>重新测量</translation>
    </message>
    <message>
        <source>Starting the engine</source>
        <translation>正在启动引擎</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>Export the dataset</source>
        <translation>导出数据集</translation>
    </message>
    <message>
        <source>File type</source>
        <translation>文件类型</translation>
    </message>
    <message>
        <source>Form of a row</source>
        <translation>行的形式</translation>
    </message>
    <message>
        <source>for example CC-BY-4.0</source>
        <translation>例如 CC-BY-4.0</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>许可证</translation>
    </message>
    <message>
        <source>Under which terms others may use the data; goes into the card</source>
        <translation>他人可按何种条款使用数据；会写入数据卡</translation>
    </message>
    <message>
        <source>Protect spreadsheets</source>
        <translation>保护电子表格</translation>
    </message>
    <message>
        <source>Cells that a spreadsheet would compute are written as plain text</source>
        <translation>电子表格会计算的单元格写成纯文本</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Where the files and the card are written</source>
        <translation>文件和数据卡写入的位置</translation>
    </message>
    <message>
        <source>Choose in a dialog</source>
        <translation>在对话框中选择</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Write the files of each side and the card</source>
        <translation>写出各部分的文件和数据卡</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Write nothing</source>
        <translation>不写任何内容</translation>
    </message>
    <message>
        <source>The cleaned rows of each side, with a card that says where they come from.</source>
        <translation>各部分清洗后的行，以及说明其来源的数据卡。</translation>
    </message>
    <message>
        <source>Protect spreadsheets against formulas in cells</source>
        <translation>防止单元格中的公式在电子表格中执行</translation>
    </message>
    <message>
        <source>Folder of the dataset</source>
        <translation>数据集的文件夹</translation>
    </message>
</context>
<context>
    <name>ExportPage</name>
    <message>
        <source>Nothing to export yet</source>
        <translation>还没有可导出的内容</translation>
    </message>
    <message>
        <source>Finish a run, or open an earlier one: then its result can be merged, converted and verified here.</source>
        <translation>完成一次运行，或打开以前的运行：之后可以在这里合并、转换并验证结果。</translation>
    </message>
    <message>
        <source>Open a run</source>
        <translation>打开运行</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Merge where needed, write the chosen forms, and compare each with the run</source>
        <translation>需要时合并，写出所选格式，并逐一与运行结果对比</translation>
    </message>
    <message>
        <source>Where to</source>
        <translation>导出位置</translation>
    </message>
    <message>
        <source>Folder of the export</source>
        <translation>导出文件夹</translation>
    </message>
    <message>
        <source>Empty: the folder of the run</source>
        <translation>留空：运行的文件夹</translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <translation>选择文件夹</translation>
    </message>
    <message>
        <source>Exporting</source>
        <translation>正在导出</translation>
    </message>
    <message>
        <source>{run} · trained on {model}</source>
        <translation>{run} · 基于 {model} 训练</translation>
    </message>
    <message>
        <source>Starting the engine</source>
        <translation>正在启动引擎</translation>
    </message>
    <message>
        <source>Cancelling</source>
        <translation>正在取消</translation>
    </message>
    <message>
        <source>The run is still going</source>
        <translation>运行仍在进行</translation>
    </message>
    <message>
        <source>Exporting…</source>
        <translation>正在导出…</translation>
    </message>
    <message>
        <source>Choose what to export</source>
        <translation>选择要导出的内容</translation>
    </message>
    <message>
        <source>This run left no result yet</source>
        <translation>该运行还没有结果</translation>
    </message>
    <message>
        <source>Merge and export: {what}</source>
        <translation>合并并导出：{what}</translation>
    </message>
    <message>
        <source>{words}, about {size}</source>
        <translation>{words}，约 {size}</translation>
    </message>
    <message>
        <source>About {size} will be written; {free} are free.</source>
        <translation>将写入约 {size}；可用 {free}。</translation>
    </message>
    <message>
        <source>{names} and {count} more</source>
        <translation>{names} 等另外 {count} 项</translation>
    </message>
</context>
<context>
    <name>FieldRow</name>
    <message>
        <source>Not now: {0}. {1}</source>
        <translation>目前不可用：{0}。{1}</translation>
    </message>
    <message>
        <source>Did you mean {0}?</source>
        <translation>你是想写 {0} 吗？</translation>
    </message>
    <message>
        <source>on</source>
        <translation>开</translation>
    </message>
    <message>
        <source>off</source>
        <translation>关</translation>
    </message>
</context>
<context>
    <name>FiguresTable</name>
    <message>
        <source>Figure</source>
        <translation>指标</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>训练前</translation>
    </message>
    <message>
        <source>After</source>
        <translation>训练后</translation>
    </message>
    <message>
        <source>○ equal</source>
        <translation>○ 相同</translation>
    </message>
    <message>
        <source>{arrow} better</source>
        <translation>{arrow} 更好</translation>
    </message>
    <message>
        <source>{arrow} worse</source>
        <translation>{arrow} 更差</translation>
    </message>
    <message>
        <source>{better} of {rows} rows got better, {worse} got worse (p = {p}).</source>
        <translation>{rows} 行中 {better} 行变好，{worse} 行变差（p = {p}）。</translation>
    </message>
</context>
<context>
    <name>FileAsks</name>
    <message>
        <source>All files</source>
        <translation>所有文件</translation>
    </message>
    <message>
        <source>Recipes</source>
        <translation>配方</translation>
    </message>
    <message>
        <source>Open a recipe</source>
        <translation>打开配方</translation>
    </message>
    <message>
        <source>Save the recipe</source>
        <translation>保存配方</translation>
    </message>
    <message>
        <source>Save the recipe for {0}</source>
        <translation>为 {0} 保存配方</translation>
    </message>
    <message>
        <source>Runtimes</source>
        <translation>运行时</translation>
    </message>
    <message>
        <source>Install a runtime</source>
        <translation>安装运行时</translation>
    </message>
    <message>
        <source>Choose a model folder</source>
        <translation>选择模型文件夹</translation>
    </message>
</context>
<context>
    <name>FinishedPanel</name>
    <message>
        <source>Merge and export</source>
        <translation>合并并导出</translation>
    </message>
    <message>
        <source>Go to the export page to make a model other programs can use</source>
        <translation>前往导出页，生成其他程序可用的模型</translation>
    </message>
    <message>
        <source>Training is finished</source>
        <translation>训练完成</translation>
    </message>
    <message>
        <source>Stopped; what was learnt is kept</source>
        <translation>已停止；学到的内容已保留</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Adapter</source>
        <translation>适配器</translation>
    </message>
    <message>
        <source>{steps} steps</source>
        <translation>{steps} 步</translation>
    </message>
    <message>
        <source>eval loss {loss}</source>
        <translation>评估损失 {loss}</translation>
    </message>
    <message>
        <source>train loss {loss}</source>
        <translation>训练损失 {loss}</translation>
    </message>
    <message>
        <source>peak {size}</source>
        <translation>峰值 {size}</translation>
    </message>
    <message>
        <source>peak {size}, {planned} planned ({difference})</source>
        <translation>峰值 {size}，计划 {planned}（{difference}）</translation>
    </message>
</context>
<context>
    <name>FirstRun</name>
    <message>
        <source>Welcome to Luthier</source>
        <translation>欢迎使用 Luthier</translation>
    </message>
    <message>
        <source>Language and look</source>
        <translation>语言和外观</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Skip</source>
        <translation>跳过</translation>
    </message>
    <message>
        <source>Go to the pages; the welcome can be shown again (Esc)</source>
        <translation>进入各页面；之后可以再次显示欢迎页 (Esc)</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>To the step before (Alt+Left)</source>
        <translation>回到上一步 (Alt+Left)</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一步</translation>
    </message>
    <message>
        <source>Keep this and go on (Enter)</source>
        <translation>保留这些并继续 (Enter)</translation>
    </message>
</context>
<context>
    <name>ForgettingPanel</name>
    <message>
        <source>Forgotten?</source>
        <translation>忘记了吗？</translation>
    </message>
    <message>
        <source>Questions that were lost</source>
        <translation>答错了的问题</translation>
    </message>
    <message>
        <source>{question} – right: {right}; chosen now: {chosen}</source>
        <translation>{question} – 正确：{right}；现在选择：{chosen}</translation>
    </message>
    <message>
        <source>Answered right, before → after</source>
        <translation>答对数，训练前 → 训练后</translation>
    </message>
    <message>
        <source>{before} → {after} of {count}</source>
        <translation>{before} → {after}，共 {count}</translation>
    </message>
    <message>
        <source>in English</source>
        <translation>英语</translation>
    </message>
    <message>
        <source>in Chinese</source>
        <translation>中文</translation>
    </message>
</context>
<context>
    <name>Form</name>
    <message>
        <source>Expert options ({0})</source>
        <translation>高级选项（{0}）</translation>
    </message>
    <message>
        <source>Options that most runs leave alone</source>
        <translation>大多数运行不需要改动的选项</translation>
    </message>
</context>
<context>
    <name>Format</name>
    <message>
        <source>{0} of {1}</source>
        <translation>{0} / {1}</translation>
    </message>
    <message>
        <source>{0} of {1} {2}</source>
        <translation>{0} / {1} {2}</translation>
    </message>
    <message>
        <source>{0}/s</source>
        <translation>{0}/秒</translation>
    </message>
    <message>
        <source>{0} left</source>
        <translation>剩余 {0}</translation>
    </message>
    <message>
        <source>{0} to {1} left</source>
        <translation>剩余 {0} 至 {1}</translation>
    </message>
    <message>
        <source>about {0}</source>
        <translation>约 {0}</translation>
    </message>
    <message>
        <source>{0} to {1}</source>
        <translation>{0} 至 {1}</translation>
    </message>
    <message>
        <source>{0} s</source>
        <translation>{0} 秒</translation>
    </message>
    <message>
        <source>{0} min</source>
        <translation>{0} 分钟</translation>
    </message>
    <message>
        <source>{0} h</source>
        <translation>{0} 小时</translation>
    </message>
    <message>
        <source>{0} h {1} min</source>
        <translation>{0} 小时 {1} 分钟</translation>
    </message>
    <message>
        <source>{0} days</source>
        <translation>{0} 天</translation>
    </message>
    <message>
        <source>less than a second</source>
        <translation>不到一秒</translation>
    </message>
    <message>
        <source>just now</source>
        <translation>刚刚</translation>
    </message>
    <message>
        <source>{0} min ago</source>
        <translation>{0} 分钟前</translation>
    </message>
    <message>
        <source>{0} h ago</source>
        <translation>{0} 小时前</translation>
    </message>
    <message>
        <source>{0} days ago</source>
        <translation>{0} 天前</translation>
    </message>
    <message>
        <source>steps</source>
        <translation>步</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>token</translation>
    </message>
    <message>
        <source>rows</source>
        <translation>行</translation>
    </message>
    <message>
        <source>examples</source>
        <translation>条样本</translation>
    </message>
    <message>
        <source>evaluations</source>
        <translation>次评估</translation>
    </message>
    <message>
        <source>characters</source>
        <translation>个字符</translation>
    </message>
    <message>
        <source>files</source>
        <translation>个文件</translation>
    </message>
    <message>
        <source>questions</source>
        <translation>个问题</translation>
    </message>
    <message>
        <source>prompts</source>
        <translation>条提示</translation>
    </message>
    <message>
        <source>tensors</source>
        <translation>个张量</translation>
    </message>
    <message>
        <source>layers</source>
        <translation>层</translation>
    </message>
    <message>
        <source>answers</source>
        <translation>个回答</translation>
    </message>
    <message>
        <source>batches</source>
        <translation>批</translation>
    </message>
    <message>
        <source>texts</source>
        <translation>篇文本</translation>
    </message>
    <message>
        <source>trials</source>
        <translation>次试验</translation>
    </message>
</context>
<context>
    <name>FoundModel</name>
    <message>
        <source>Where it was found</source>
        <translation>在哪里找到的</translation>
    </message>
    <message>
        <source>… weighing</source>
        <translation>… 正在估算</translation>
    </message>
    <message>
        <source>Memory is being counted; nothing is loaded</source>
        <translation>正在计算内存；不会加载任何东西</translation>
    </message>
</context>
<context>
    <name>GroupRow</name>
    <message>
        <source>{file}, first in line {line}</source>
        <translation>{file}，首先出现在第 {line} 行</translation>
    </message>
    <message>
        <source>{title}: changes how this file is read; can be undone</source>
        <translation>{title}：改变此文件的读取方式；可以撤销</translation>
    </message>
</context>
<context>
    <name>Header</name>
    <message>
        <source>Ctrl+K  Search or run a command</source>
        <translation>Ctrl+K  搜索或执行命令</translation>
    </message>
    <message>
        <source>Search or run a command</source>
        <translation>搜索或执行命令</translation>
    </message>
    <message>
        <source>Pages, actions, runs and options by name (Ctrl+K)</source>
        <translation>按名称查找页面、操作、运行和选项（Ctrl+K）</translation>
    </message>
</context>
<context>
    <name>HelpPanel</name>
    <message>
        <source>Help</source>
        <translation>帮助</translation>
    </message>
    <message>
        <source>Close the help (F1)</source>
        <translation>关闭帮助（F1）</translation>
    </message>
    <message>
        <source>Ctrl+1 to Ctrl+8 change the page. Ctrl+K finds every command and option. Drop files anywhere in the window, or paste their paths.</source>
        <translation>Ctrl+1 至 Ctrl+8 切换页面。Ctrl+K 查找所有命令和选项。可将文件拖到窗口任意位置，或粘贴其路径。</translation>
    </message>
    <message>
        <source>About Luthier</source>
        <translation>关于 Luthier</translation>
    </message>
    <message>
        <source>Versions, and the licences of everything that Luthier is made of</source>
        <translation>版本，以及 Luthier 所含一切的许可证</translation>
    </message>
    <message>
        <source>No field in focus</source>
        <translation>没有选中的字段</translation>
    </message>
    <message>
        <source>Click a field or move to it with Tab; what it does is explained here.</source>
        <translation>点击一个字段，或用 Tab 移到它；这里会说明它的作用。</translation>
    </message>
</context>
<context>
    <name>HomePage</name>
    <message>
        <source>Home</source>
        <translation>主页</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>对比</translation>
    </message>
    <message>
        <source>Lay the loss curves of the ticked runs over each other</source>
        <translation>叠加显示所勾选运行的损失曲线</translation>
    </message>
    <message>
        <source>Add data</source>
        <translation>添加数据</translation>
    </message>
    <message>
        <source>Choose dataset files; the Data page shows what is in them</source>
        <translation>选择数据集文件；数据页会显示其中的内容</translation>
    </message>
    <message>
        <source>Make a language model your own</source>
        <translation>打造属于你的语言模型</translation>
    </message>
    <message>
        <source>Bring examples of what it should say, watch it learn, export the result and talk to it. Everything happens on this computer.</source>
        <translation>给出它应当怎么说的例子，看着它学习，导出结果并与它对话。一切都在这台电脑上完成。</translation>
    </message>
    <message>
        <source>Try the sample</source>
        <translation>试用示例</translation>
    </message>
    <message>
        <source>Sample rows and the starter model; the shortest way to a result</source>
        <translation>示例数据和入门模型；最快看到结果</translation>
    </message>
    <message>
        <source>Drag files anywhere into this window, paste their paths, or choose them here.</source>
        <translation>把文件拖到窗口任意位置、粘贴路径，或在这里选择。</translation>
    </message>
    <message>
        <source>300 rows and a small model: trained in minutes, even without a graphics card.</source>
        <translation>300 行数据和一个小模型：没有显卡也能在几分钟内训练完成。</translation>
    </message>
    <message>
        <source>Load every option from a recipe file of an earlier run or of someone else.</source>
        <translation>从以前的运行或他人的配方文件载入所有选项。</translation>
    </message>
    <message>
        <source>Drop data</source>
        <translation>拖入数据</translation>
    </message>
    <message>
        <source>Open project</source>
        <translation>打开项目</translation>
    </message>
    <message>
        <source>1  Bring data</source>
        <translation>1  准备数据</translation>
    </message>
    <message>
        <source>Every row is checked; what cannot be used says why.</source>
        <translation>逐行检查；不可用的行会说明原因。</translation>
    </message>
    <message>
        <source>2  Choose a method</source>
        <translation>2  选择方法</translation>
    </message>
    <message>
        <source>Memory, time and disk are counted before anything starts.</source>
        <translation>开始之前就算好内存、时间和磁盘。</translation>
    </message>
    <message>
        <source>3  Watch it learn</source>
        <translation>3  观察学习</translation>
    </message>
    <message>
        <source>Curves, live answers, pause and resume at any step.</source>
        <translation>曲线、实时回答，随时暂停和继续。</translation>
    </message>
    <message>
        <source>4  Export and talk</source>
        <translation>4  导出并对话</translation>
    </message>
    <message>
        <source>Files are verified against the trained model.</source>
        <translation>导出的文件会与训练后的模型核对。</translation>
    </message>
    <message>
        <source>One run · {0} on disk</source>
        <translation>一个运行 · 占用磁盘 {0}</translation>
    </message>
    <message>
        <source>{0} runs · {1} on disk</source>
        <translation>{0} 个运行 · 占用磁盘 {1}</translation>
    </message>
    <message>
        <source>Compare {0} runs</source>
        <translation>对比 {0} 个运行</translation>
    </message>
</context>
<context>
    <name>InlineEditor</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Leave it as it was (Esc)</source>
        <translation>保持原样（Esc）</translation>
    </message>
</context>
<context>
    <name>JobStrip</name>
    <message>
        <source>Show what is running</source>
        <translation>查看正在进行的任务</translation>
    </message>
</context>
<context>
    <name>JudgementPanel</name>
    <message>
        <source>Compared by a judge</source>
        <translation>由评判者比较</translation>
    </message>
    <message>
        <source>{wins} better, {ties} alike, {losses} worse</source>
        <translation>更好 {wins}，相当 {ties}，更差 {losses}</translation>
    </message>
    <message>
        <source>{judge} compared {count} pairs of answers, each in both orders.</source>
        <translation>{judge} 比较了 {count} 对回答，每对都按两种顺序。</translation>
    </message>
    <message>
        <source>{split} pairs are alike because the orders disagreed; {unclear} judgements could not be read.</source>
        <translation>{split} 对因两种顺序结论不一致而算相当；{unclear} 次评判无法识别。</translation>
    </message>
</context>
<context>
    <name>LargeChart</name>
    <message>
        <source>show all</source>
        <translation>显示全部</translation>
    </message>
    <message>
        <source>Show all steps again (double click, Home)</source>
        <translation>重新显示所有步（双击，Home）</translation>
    </message>
    <message>
        <source>log</source>
        <translation>对数</translation>
    </message>
    <message>
        <source>Spread the values logarithmically</source>
        <translation>以对数刻度显示</translation>
    </message>
    <message>
        <source>compare…</source>
        <translation>对比…</translation>
    </message>
    <message>
        <source>Lay the loss of other runs over this one</source>
        <translation>把其他运行的损失叠加到这里</translation>
    </message>
    <message>
        <source>save ▾</source>
        <translation>保存 ▾</translation>
    </message>
    <message>
        <source>Save this chart as a picture, or all curves as a table</source>
        <translation>把此图保存为图片，或把所有曲线保存为表格</translation>
    </message>
    <message>
        <source>Picture (PNG)…</source>
        <translation>图片（PNG）…</translation>
    </message>
    <message>
        <source>All curves (CSV)…</source>
        <translation>所有曲线（CSV）…</translation>
    </message>
    <message>
        <source>{name}, smoothed</source>
        <translation>{name}，平滑</translation>
    </message>
    <message>
        <source>checkpoint</source>
        <translation>检查点</translation>
    </message>
    <message>
        <source>Search {0}</source>
        <translation>搜索 {0}</translation>
    </message>
    <message>
        <source>Save picture</source>
        <translation>保存图片</translation>
    </message>
    <message>
        <source>Picture (*.png)</source>
        <translation>图片 (*.png)</translation>
    </message>
    <message>
        <source>Save curves</source>
        <translation>保存曲线</translation>
    </message>
    <message>
        <source>Table (*.csv)</source>
        <translation>表格 (*.csv)</translation>
    </message>
    <message>
        <source>Saved to {path}</source>
        <translation>已保存到 {path}</translation>
    </message>
    <message>
        <source>{path} cannot be written; choose another folder.</source>
        <translation>无法写入 {path}；请选择其他文件夹。</translation>
    </message>
</context>
<context>
    <name>LeakagePart</name>
    <message>
        <source>Remove them</source>
        <translation>去除它们</translation>
    </message>
    <message>
        <source>Leave out the held-out rows that have a near twin in training; can be undone</source>
        <translation>舍弃在训练中有近似副本的留出行；可以撤销</translation>
    </message>
    <message>
        <source>Keep them after all</source>
        <translation>还是保留</translation>
    </message>
    <message>
        <source>Held-out rows stay, even where training has a near twin of them</source>
        <translation>即使训练中有近似副本，留出行也保留</translation>
    </message>
    <message>
        <source>Examples</source>
        <translation>示例</translation>
    </message>
    <message>
        <source>Held-out rows beside the rows of training that they resemble</source>
        <translation>留出行与其相似的训练行并列</translation>
    </message>
    <message>
        <source>⚠ {count} rows leak</source>
        <translation>⚠ {count} 行泄漏</translation>
    </message>
    <message>
        <source>✓ no leakage</source>
        <translation>✓ 没有泄漏</translation>
    </message>
    <message>
        <source>held out</source>
        <translation>留出</translation>
    </message>
    <message>
        <source>training</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>{count} held-out rows with a twin in training were left out.</source>
        <translation>已舍弃 {count} 个在训练中有副本的留出行。</translation>
    </message>
    <message>
        <source>None of {count} held-out rows has a twin in training.</source>
        <translation>{count} 个留出行在训练中都没有副本。</translation>
    </message>
    <message>
        <source>Of {count} held-out rows, {exact} also stand in training and {near} nearly so.</source>
        <translation>{count} 个留出行中，{exact} 行也在训练中，{near} 行几乎相同。</translation>
    </message>
</context>
<context>
    <name>LengthCard</name>
    <message>
        <source>Length in tokens</source>
        <translation>长度（token）</translation>
    </message>
    <message>
        <source>Lengths of the rows</source>
        <translation>各行的长度</translation>
    </message>
    <message>
        <source>Drag the line, or move it with the arrow keys, to choose the longest row in tokens</source>
        <translation>拖动竖线或用方向键移动，选择最长的 token 数</translation>
    </message>
    <message>
        <source>Cutoff length in tokens</source>
        <translation>截断长度（token）</translation>
    </message>
    <message>
        <source>The longest row that is trained</source>
        <translation>参与训练的最长行</translation>
    </message>
    <message>
        <source>Rows over the line</source>
        <translation>超出的行</translation>
    </message>
    <message>
        <source>Longest row</source>
        <translation>最长行</translation>
    </message>
    <message>
        <source>median {median} · p95 {p95} · longest {longest} · {model}</source>
        <translation>中位数 {median} · p95 {p95} · 最长 {longest} · {model}</translation>
    </message>
    <message>
        <source>{cutoff} tokens</source>
        <translation>{cutoff} 个 token</translation>
    </message>
    <message>
        <source>{cutoff} tokens: every row fits</source>
        <translation>{cutoff} 个 token：所有行都放得下</translation>
    </message>
    <message>
        <source>about {rows}</source>
        <translation>约 {rows}</translation>
    </message>
    <message>
        <source>{cutoff} tokens: {rows} rows ({share}) dropped</source>
        <translation>{cutoff} 个 token：丢弃 {rows} 行（{share}）</translation>
    </message>
    <message>
        <source>{cutoff} tokens: {rows} rows ({share}) split</source>
        <translation>{cutoff} 个 token：{rows} 行（{share}）将被拆分</translation>
    </message>
    <message>
        <source>{cutoff} tokens: {rows} rows ({share}) cut</source>
        <translation>{cutoff} 个 token：截断 {rows} 行（{share}）</translation>
    </message>
</context>
<context>
    <name>LengthHistogram</name>
    <message>
        <source>{count} tokens</source>
        <translation>{count} 个 token</translation>
    </message>
    <message>
        <source>{first} to {last} tokens: {rows} rows</source>
        <translation>{first} 至 {last} 个 token：{rows} 行</translation>
    </message>
</context>
<context>
    <name>LoadingView</name>
    <message>
        <source>Loading {0}</source>
        <translation>正在加载 {0}</translation>
    </message>
    <message>
        <source>{0} s</source>
        <translation>{0} 秒</translation>
    </message>
</context>
<context>
    <name>LookStep</name>
    <message>
        <source>Welcome to Luthier</source>
        <translation>欢迎使用 Luthier</translation>
    </message>
    <message>
        <source>Make a language model your own, on this computer. Five short steps; each can be skipped.</source>
        <translation>在这台计算机上，把一个语言模型变成你自己的。只有五小步，每一步都可以跳过。</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Keys: Enter goes on, Esc skips the rest, Alt+Left goes back. Everything here can be changed later in the Settings.</source>
        <translation>按键：Enter 继续，Esc 跳过其余步骤，Alt+Left 返回。这里的一切之后都可在设置中更改。</translation>
    </message>
</context>
<context>
    <name>MachineCard</name>
    <message>
        <source>Engine and machine</source>
        <translation>引擎与机器</translation>
    </message>
    <message>
        <source>Refresh</source>
        <translation>刷新</translation>
    </message>
    <message>
        <source>Examine this computer again</source>
        <translation>重新检查这台电脑</translation>
    </message>
    <message>
        <source>Copy diagnostics</source>
        <translation>复制诊断信息</translation>
    </message>
    <message>
        <source>Versions, devices and checks as text for a bug report, without your user name</source>
        <translation>以文本形式复制版本、设备和检查结果，用于反馈问题，不含你的用户名</translation>
    </message>
    <message>
        <source>Keep awake</source>
        <translation>保持唤醒</translation>
    </message>
    <message>
        <source>Holds off the computer&apos;s sleep from a run&apos;s start until it ends or is paused</source>
        <translation>从运行开始到结束或暂停，阻止计算机进入睡眠</translation>
    </message>
    <message>
        <source>The computer does not go to sleep while a run goes on</source>
        <translation>运行进行时计算机不会睡眠</translation>
    </message>
    <message>
        <source>The engine is not running.</source>
        <translation>引擎没有运行。</translation>
    </message>
    <message>
        <source>{0} free of {1}</source>
        <translation>可用 {0}，共 {1}</translation>
    </message>
    <message>
        <source>Processor threads</source>
        <translation>处理器线程</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>Free disk</source>
        <translation>可用磁盘</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Welcome · Luthier</source>
        <translation>欢迎 · Luthier</translation>
    </message>
</context>
<context>
    <name>MemoryOffer</name>
    <message>
        <source>Wait for the run</source>
        <translation>等待运行结束</translation>
    </message>
    <message>
        <source>Load the model by itself when the run has ended</source>
        <translation>运行结束后自动加载模型</translation>
    </message>
    <message>
        <source>Pause the run</source>
        <translation>暂停运行</translation>
    </message>
    <message>
        <source>The run writes a checkpoint and frees its memory; then the model is loaded</source>
        <translation>运行会写入检查点并释放内存，然后加载模型</translation>
    </message>
    <message>
        <source>The model then forgets the beginning of long conversations earlier</source>
        <translation>模型会更早忘记长对话的开头</translation>
    </message>
    <message>
        <source>The same model in a smaller file; it answers a little worse</source>
        <translation>同一模型的较小文件；回答略差</translation>
    </message>
    <message>
        <source>Load it anyway</source>
        <translation>仍然加载</translation>
    </message>
    <message>
        <source>The computer may become slow, or end the model</source>
        <translation>电脑可能变慢，或者模型被终止</translation>
    </message>
    <message>
        <source>Shorter context ({0} tokens)</source>
        <translation>较短的上下文（{0} 个 token）</translation>
    </message>
    <message>
        <source>Take {file} ({size})</source>
        <translation>改用 {file}（{size}）</translation>
    </message>
</context>
<context>
    <name>MethodPage</name>
    <message>
        <source>Method</source>
        <translation>方法</translation>
    </message>
    <message>
        <source>Undo the last change of the recipe (Ctrl+Z)</source>
        <translation>撤销配方的最近一次修改（Ctrl+Z）</translation>
    </message>
    <message>
        <source>Redo (Ctrl+Shift+Z)</source>
        <translation>重做（Ctrl+Shift+Z）</translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation>配方</translation>
    </message>
    <message>
        <source>Open all options from a file, or save them to one</source>
        <translation>从文件打开所有选项，或保存到文件</translation>
    </message>
    <message>
        <source>Open a recipe…</source>
        <translation>打开配方…</translation>
    </message>
    <message>
        <source>Save the recipe…</source>
        <translation>保存配方…</translation>
    </message>
    <message>
        <source>Start training</source>
        <translation>开始训练</translation>
    </message>
    <message>
        <source>Save as {0}…</source>
        <translation>另存为 {0}…</translation>
    </message>
    <message>
        <source>{0} rows</source>
        <translation>{0} 行</translation>
    </message>
</context>
<context>
    <name>ModelEdit</name>
    <message>
        <source>Choose a model folder</source>
        <translation>选择模型文件夹</translation>
    </message>
    <message>
        <source>Starter model</source>
        <translation>入门模型</translation>
    </message>
</context>
<context>
    <name>ModelMenu</name>
    <message>
        <source>Browse for a GGUF file…</source>
        <translation>浏览 GGUF 文件…</translation>
    </message>
    <message>
        <source>Browse for a model folder…</source>
        <translation>浏览模型文件夹…</translation>
    </message>
    <message>
        <source>Connect to a server…</source>
        <translation>连接服务器…</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Choose a GGUF file</source>
        <translation>选择 GGUF 文件</translation>
    </message>
    <message>
        <source>Choose a model folder</source>
        <translation>选择模型文件夹</translation>
    </message>
</context>
<context>
    <name>ModelRow</name>
    <message>
        <source>chat only</source>
        <translation>仅对话</translation>
    </message>
    <message>
        <source>This format cannot be trained.</source>
        <translation>此格式无法训练。</translation>
    </message>
    <message>
        <source>Where it was found</source>
        <translation>所在位置</translation>
    </message>
    <message>
        <source>Show the folder in the file manager</source>
        <translation>在文件管理器中显示文件夹</translation>
    </message>
    <message>
        <source>Use for training</source>
        <translation>用于训练</translation>
    </message>
    <message>
        <source>Make it the base model of the recipe and show the Method page</source>
        <translation>设为配方的基础模型并打开方法页</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Load it on the Chat page and talk to it</source>
        <translation>在对话页加载并与它对话</translation>
    </message>
    <message>
        <source>Look at its code…</source>
        <translation>查看其代码…</translation>
    </message>
    <message>
        <source>Read the code that this model brings, and allow or refuse it</source>
        <translation>阅读此模型自带的代码，并允许或拒绝</translation>
    </message>
    <message>
        <source>Convert</source>
        <translation>转换</translation>
    </message>
    <message>
        <source>… weighing</source>
        <translation>… 估算中</translation>
    </message>
    <message>
        <source>Memory is being counted; nothing is loaded</source>
        <translation>正在计算内存；不会加载任何内容</translation>
    </message>
</context>
<context>
    <name>Models</name>
    <message>
        <source>downloaded</source>
        <translation>已下载</translation>
    </message>
    <message>
        <source>converted</source>
        <translation>已转换</translation>
    </message>
    <message>
        <source>{0} parameters</source>
        <translation>{0} 参数</translation>
    </message>
    <message>
        <source>licence not named</source>
        <translation>未注明许可证</translation>
    </message>
    <message>
        <source>chat template</source>
        <translation>有对话模板</translation>
    </message>
    <message>
        <source>no chat template</source>
        <translation>无对话模板</translation>
    </message>
    <message>
        <source>Make it trainable: its weights are written as safetensors, once, in a process of its own.</source>
        <translation>使其可训练：在单独的进程中把权重写为 safetensors，只需一次。</translation>
    </message>
    <message>
        <source>Training then starts from weights that carry the rounding of {0}.</source>
        <translation>之后的训练从带有 {0} 舍入误差的权重开始。</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>LoRA</source>
        <translation>LoRA</translation>
    </message>
    <message>
        <source>QLoRA</source>
        <translation>QLoRA</translation>
    </message>
    <message>
        <source>Not known.</source>
        <translation>未知。</translation>
    </message>
    <message>
        <source>{use} takes about {need} of the {free} that are free now ({device}).</source>
        <translation>{use} 约占 {need}，当前可用 {free}（{device}）。</translation>
    </message>
    <message>
        <source>{use} takes about {need}, nearly all of the {free} that are free now ({device}).</source>
        <translation>{use} 约占 {need}，几乎是当前可用的全部 {free}（{device}）。</translation>
    </message>
    <message>
        <source>{use} would take about {need}; {free} are free now ({device}).</source>
        <translation>{use} 约需 {need}；当前可用 {free}（{device}）。</translation>
    </message>
</context>
<context>
    <name>ModelsCard</name>
    <message>
        <source>Base models on this computer</source>
        <translation>这台电脑上的基础模型</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>重新查找</translation>
    </message>
    <message>
        <source>Search all folders for models</source>
        <translation>在所有文件夹中查找模型</translation>
    </message>
    <message>
        <source>+ Add a folder</source>
        <translation>+ 添加文件夹</translation>
    </message>
    <message>
        <source>Also look in a folder of your own</source>
        <translation>也在你自己的文件夹中查找</translation>
    </message>
    <message>
        <source>All about them</source>
        <translation>全部信息</translation>
    </message>
    <message>
        <source>The Models page: what each takes, downloads, conversion, code of their own</source>
        <translation>模型页：各模型的占用、下载、转换、自带代码</translation>
    </message>
    <message>
        <source>Stay offline</source>
        <translation>保持离线</translation>
    </message>
    <message>
        <source>While it is on, Luthier fetches nothing from the network</source>
        <translation>开启时，Luthier 不从网络获取任何内容</translation>
    </message>
    <message>
        <source>Stay offline: no model is fetched; everything else works as before</source>
        <translation>保持离线：不下载模型；其他一切照常</translation>
    </message>
    <message>
        <source>None found yet. The starter model is installed with the sample.</source>
        <translation>还没有找到。试用示例时会安装入门模型。</translation>
    </message>
    <message>
        <source>Folders of your own</source>
        <translation>你自己的文件夹</translation>
    </message>
    <message>
        <source>Do not look here any more; nothing is deleted</source>
        <translation>不再在此查找；不会删除任何内容</translation>
    </message>
</context>
<context>
    <name>ModelsPage</name>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>No model found yet</source>
        <translation>尚未找到模型</translation>
    </message>
    <message>
        <source>Luthier looks in its own folder, in those of Hugging Face, LM Studio and Ollama, and in folders that you add. The starter model is small and trains on any computer.</source>
        <translation>Luthier 会在自己的文件夹、Hugging Face、LM Studio 和 Ollama 的文件夹以及您添加的文件夹中查找。入门模型很小，任何电脑都能训练。</translation>
    </message>
    <message>
        <source>Install the starter model</source>
        <translation>安装入门模型</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>重新查找</translation>
    </message>
    <message>
        <source>Search all folders for models</source>
        <translation>在所有文件夹中搜索模型</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>添加文件夹…</translation>
    </message>
    <message>
        <source>Also look in a folder of your own</source>
        <translation>也在您自己的文件夹中查找</translation>
    </message>
    <message>
        <source>Search by name, architecture, licence or place</source>
        <translation>按名称、架构、许可证或位置搜索</translation>
    </message>
    <message>
        <source>Search models</source>
        <translation>搜索模型</translation>
    </message>
    <message>
        <source>Shows only the models that hold every word</source>
        <translation>只显示包含每个词的模型</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>For training</source>
        <translation>可训练</translation>
    </message>
    <message>
        <source>For chat</source>
        <translation>可对话</translation>
    </message>
    <message>
        <source>No model holds these words.</source>
        <translation>没有模型包含这些词。</translation>
    </message>
    <message>
        <source>Read-only: Luthier changes nothing in the folders of other programs. The badges are predictions for what is free now: a conversation of 4,096 tokens; training with one example of 1,024 tokens at a time, with gradient checkpointing.</source>
        <translation>只读：Luthier 不更改其他程序文件夹中的任何内容。徽标是按当前可用内存的预测：4,096 个 token 的对话；训练时每次一个 1,024 个 token 的样本，使用梯度检查点。</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>正在查找…</translation>
    </message>
    <message>
        <source>{0} on this computer, {1}</source>
        <translation>这台电脑上有 {0} 个，共 {1}</translation>
    </message>
    <message>
        <source>What this computer has to train and to talk to</source>
        <translation>这台电脑上可训练和可对话的模型</translation>
    </message>
    <message>
        <source>{0} more; search to find them.</source>
        <translation>还有 {0} 个；请搜索查找。</translation>
    </message>
</context>
<context>
    <name>ModelsStep</name>
    <message>
        <source>Models on this computer</source>
        <translation>这台计算机上的模型</translation>
    </message>
    <message>
        <source>Found in Luthier&apos;s own folder and in those of Hugging Face, LM Studio and Ollama. They are used where they lie; nothing is copied or changed.</source>
        <translation>在 Luthier 自己的文件夹以及 Hugging Face、LM Studio 和 Ollama 的文件夹中找到。它们在原处使用；不会复制或更改。</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>已找到</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>再找一遍</translation>
    </message>
    <message>
        <source>Search all folders for models</source>
        <translation>在所有文件夹中查找模型</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>添加文件夹…</translation>
    </message>
    <message>
        <source>Also look in a folder of your own</source>
        <translation>同时在你自己的文件夹中查找</translation>
    </message>
    <message>
        <source>None yet. That is no hindrance: the sample brings a small one with it.</source>
        <translation>还没有。这不碍事：示例自带一个小模型。</translation>
    </message>
    <message>
        <source>{0} more are on the Models page.</source>
        <translation>模型页上还有 {0} 个。</translation>
    </message>
</context>
<context>
    <name>MoreChip</name>
    <message>
        <source>Fewer</source>
        <translation>收起</translation>
    </message>
    <message>
        <source>{0} more</source>
        <translation>还有 {0} 个</translation>
    </message>
    <message>
        <source>Forms for special machines and programs</source>
        <translation>用于特殊机器和程序的形式</translation>
    </message>
</context>
<context>
    <name>Names</name>
    <message>
        <source>Home</source>
        <translation>主页</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>数据</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>方法</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Runs and projects on this computer</source>
        <translation>这台电脑上的运行和项目</translation>
    </message>
    <message>
        <source>Import a dataset, check it and see what is trained</source>
        <translation>导入数据集，检查并查看训练内容</translation>
    </message>
    <message>
        <source>Choose model, method and options, and see what they cost</source>
        <translation>选择模型、方法和选项，并查看所需资源</translation>
    </message>
    <message>
        <source>Watch a run, pause it, stop it</source>
        <translation>观察、暂停或停止运行</translation>
    </message>
    <message>
        <source>Merge, convert and verify the result</source>
        <translation>合并、转换并验证结果</translation>
    </message>
    <message>
        <source>Talk to the base and the tuned model side by side</source>
        <translation>与基础模型和微调后的模型并排对话</translation>
    </message>
    <message>
        <source>The base models on this computer, and new ones from a hub</source>
        <translation>这台电脑上的基础模型，以及来自模型站的新模型</translation>
    </message>
    <message>
        <source>Appearance, folders, engine and diagnostics</source>
        <translation>外观、文件夹、引擎与诊断</translation>
    </message>
    <message>
        <source>○ New</source>
        <translation>○ 新建</translation>
    </message>
    <message>
        <source>◔ Starting</source>
        <translation>◔ 正在启动</translation>
    </message>
    <message>
        <source>● Running</source>
        <translation>● 运行中</translation>
    </message>
    <message>
        <source>◑ Pausing</source>
        <translation>◑ 正在暂停</translation>
    </message>
    <message>
        <source>◑ Stopping</source>
        <translation>◑ 正在停止</translation>
    </message>
    <message>
        <source>‖ Paused</source>
        <translation>‖ 已暂停</translation>
    </message>
    <message>
        <source>■ Stopped</source>
        <translation>■ 已停止</translation>
    </message>
    <message>
        <source>✓ Completed</source>
        <translation>✓ 已完成</translation>
    </message>
    <message>
        <source>✕ Failed</source>
        <translation>✕ 失败</translation>
    </message>
    <message>
        <source>⚠ Crashed</source>
        <translation>⚠ 已崩溃</translation>
    </message>
    <message>
        <source>Starter model</source>
        <translation>入门模型</translation>
    </message>
    <message>
        <source>New project</source>
        <translation>新项目</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>正在训练</translation>
    </message>
    <message>
        <source>Searching for options</source>
        <translation>正在搜索选项</translation>
    </message>
    <message>
        <source>Merging</source>
        <translation>正在合并</translation>
    </message>
    <message>
        <source>Exporting</source>
        <translation>正在导出</translation>
    </message>
    <message>
        <source>Evaluating</source>
        <translation>正在评估</translation>
    </message>
    <message>
        <source>Installing the starter model</source>
        <translation>正在安装入门模型</translation>
    </message>
    <message>
        <source>Measuring one step</source>
        <translation>测量一步</translation>
    </message>
    <message>
        <source>Loading a model</source>
        <translation>正在加载模型</translation>
    </message>
    <message>
        <source>Answering</source>
        <translation>正在回答</translation>
    </message>
</context>
<context>
    <name>NextStep</name>
    <message>
        <source>Show the running training</source>
        <translation>查看正在进行的训练</translation>
    </message>
    <message>
        <source>One run at a time; this one has to end first.</source>
        <translation>一次只能有一个运行；请等它结束。</translation>
    </message>
    <message>
        <source>The engine is starting…</source>
        <translation>引擎正在启动…</translation>
    </message>
    <message>
        <source>A moment, please.</source>
        <translation>请稍候。</translation>
    </message>
    <message>
        <source>Choose a dataset</source>
        <translation>选择数据集</translation>
    </message>
    <message>
        <source>A run needs rows to learn from. Leads to the Data page.</source>
        <translation>运行需要可学习的数据。前往数据页。</translation>
    </message>
    <message>
        <source>Mend {0} options</source>
        <translation>修正 {0} 个选项</translation>
    </message>
    <message>
        <source>Mend one option</source>
        <translation>修正一个选项</translation>
    </message>
    <message>
        <source>Saves the recipe and starts the run in a process of its own.</source>
        <translation>保存配方，并在独立进程中开始运行。</translation>
    </message>
    <message>
        <source>Start training</source>
        <translation>开始训练</translation>
    </message>
    <message>
        <source>Start anyway: needs {0} of {1}</source>
        <translation>仍然开始：需要 {0}，可用 {1}</translation>
    </message>
    <message>
        <source>The plan does not fit into the memory that is free now.</source>
        <translation>按计划所需内存超出当前可用内存。</translation>
    </message>
    <message>
        <source>Start training: {0}, {1}</source>
        <translation>开始训练：{0}，{1}</translation>
    </message>
</context>
<context>
    <name>NothingLoaded</name>
    <message>
        <source>Ask both the same thing and read the answers side by side: {0} against {1}.</source>
        <translation>向两边提同样的问题，并排阅读回答：{0} 对比 {1}。</translation>
    </message>
    <message>
        <source>See what {0} has changed</source>
        <translation>看看 {0} 带来了什么变化</translation>
    </message>
    <message>
        <source>Load both</source>
        <translation>加载两边</translation>
    </message>
    <message>
        <source>Choose a base model</source>
        <translation>选择基础模型</translation>
    </message>
    <message>
        <source>Choose a tuned model</source>
        <translation>选择微调后的模型</translation>
    </message>
    <message>
        <source>Talk to a model</source>
        <translation>与模型对话</translation>
    </message>
    <message>
        <source>When a run is finished, its base and its tuned model answer here side by side. Any model on this computer can be tried already.</source>
        <translation>运行完成后，基础模型和微调后的模型会在这里并排回答。现在也可以先试用这台电脑上的任意模型。</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>选择模型</translation>
    </message>
    <message>
        <source>Prepare a run</source>
        <translation>准备运行</translation>
    </message>
    <message>
        <source>Go to the Data page and begin with your own rows</source>
        <translation>前往数据页，从你自己的数据开始</translation>
    </message>
    <message>
        <source>Any model of this computer, or a file</source>
        <translation>这台电脑上的任意模型，或一个文件</translation>
    </message>
</context>
<context>
    <name>NumberEdit</name>
    <message>
        <source>automatic</source>
        <translation>自动</translation>
    </message>
</context>
<context>
    <name>OverfittingPanel</name>
    <message>
        <source>Learnt by heart?</source>
        <translation>死记了吗？</translation>
    </message>
</context>
<context>
    <name>PathEdit</name>
    <message>
        <source>Choose in a dialog</source>
        <translation>在对话框中选择</translation>
    </message>
    <message>
        <source>Python files (*.py)</source>
        <translation>Python 文件 (*.py)</translation>
    </message>
</context>
<context>
    <name>PathRow</name>
    <message>
        <source>Reveal in the file manager</source>
        <translation>在文件管理器中显示</translation>
    </message>
    <message>
        <source>Copy the path</source>
        <translation>复制路径</translation>
    </message>
</context>
<context>
    <name>Phases</name>
    <message>
        <source>Load</source>
        <translation>加载</translation>
    </message>
    <message>
        <source>Read</source>
        <translation>读取</translation>
    </message>
    <message>
        <source>Clean</source>
        <translation>清洗</translation>
    </message>
    <message>
        <source>Tokenize</source>
        <translation>分词</translation>
    </message>
    <message>
        <source>Pack</source>
        <translation>打包</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>Evaluate</source>
        <translation>评估</translation>
    </message>
    <message>
        <source>Sample</source>
        <translation>采样</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Write</source>
        <translation>写入</translation>
    </message>
    <message>
        <source>Wait for disk space</source>
        <translation>等待磁盘空间</translation>
    </message>
    <message>
        <source>Merge</source>
        <translation>合并</translation>
    </message>
    <message>
        <source>Convert</source>
        <translation>转换</translation>
    </message>
    <message>
        <source>Quantize</source>
        <translation>量化</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>验证</translation>
    </message>
    <message>
        <source>Compare with the judge</source>
        <translation>与评判者比较</translation>
    </message>
    <message>
        <source>Install</source>
        <translation>安装</translation>
    </message>
    <message>
        <source>Plan</source>
        <translation>计划</translation>
    </message>
    <message>
        <source>Make the step</source>
        <translation>执行这一步</translation>
    </message>
</context>
<context>
    <name>PlaceCard</name>
    <message>
        <source>The path of a folder; it is made if it is not there</source>
        <translation>文件夹的路径；如果不存在就会创建</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>Choose a folder with the desktop&apos;s dialog</source>
        <translation>用桌面的对话框选择文件夹</translation>
    </message>
    <message>
        <source>Choose: {0}</source>
        <translation>选择：{0}</translation>
    </message>
    <message>
        <source>Standard folder</source>
        <translation>默认文件夹</translation>
    </message>
    <message>
        <source>Back to the folder that Luthier proposes</source>
        <translation>恢复为 Luthier 建议的文件夹</translation>
    </message>
    <message>
        <source>Standard folder: {0}</source>
        <translation>默认文件夹：{0}</translation>
    </message>
    <message>
        <source>Looking at the folder…</source>
        <translation>正在查看文件夹…</translation>
    </message>
    <message>
        <source>It cannot be used: {reason}. {fix}</source>
        <translation>无法使用：{reason}。{fix}</translation>
    </message>
    <message>
        <source>{0} free; it can be written.</source>
        <translation>可用空间 {0}；可以写入。</translation>
    </message>
    <message>
        <source>{0} free; it will be made.</source>
        <translation>可用空间 {0}；将会创建。</translation>
    </message>
</context>
<context>
    <name>PlacesCard</name>
    <message>
        <source>Where things live</source>
        <translation>文件位置</translation>
    </message>
    <message>
        <source>Choose folders…</source>
        <translation>选择文件夹…</translation>
    </message>
    <message>
        <source>Keep new models and runs in other folders; nothing is moved</source>
        <translation>把新的模型和运行存到其他文件夹；不会移动任何东西</translation>
    </message>
    <message>
        <source>Everything of Luthier</source>
        <translation>Luthier 的全部内容</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>Starter model</source>
        <translation>入门模型</translation>
    </message>
    <message>
        <source>Logs of the engine</source>
        <translation>引擎日志</translation>
    </message>
</context>
<context>
    <name>PlacesStep</name>
    <message>
        <source>Where to keep models and runs</source>
        <translation>模型和运行存在哪里</translation>
    </message>
    <message>
        <source>Both grow by gigabytes. Nothing is moved: what lies in the folders of before stays there and is still found.</source>
        <translation>两者都会增长到数 GB。不会移动任何东西：以前文件夹里的内容留在原处，仍能找到。</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Models that Luthier downloads, converts or installs</source>
        <translation>Luthier 下载、转换或安装的模型</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>Checkpoints, adapters and exports of your trainings</source>
        <translation>训练的检查点、适配器和导出</translation>
    </message>
</context>
<context>
    <name>Plan</name>
    <message>
        <source>Weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Scales of the quantized base</source>
        <translation>量化基础模型的缩放系数</translation>
    </message>
    <message>
        <source>Adapter</source>
        <translation>适配器</translation>
    </message>
    <message>
        <source>Gradients</source>
        <translation>梯度</translation>
    </message>
    <message>
        <source>Optimizer</source>
        <translation>优化器</translation>
    </message>
    <message>
        <source>Activations</source>
        <translation>激活</translation>
    </message>
    <message>
        <source>Logits</source>
        <translation>Logits</translation>
    </message>
    <message>
        <source>Intermediate results</source>
        <translation>中间结果</translation>
    </message>
    <message>
        <source>Libraries and reserve</source>
        <translation>库与预留</translation>
    </message>
    <message>
        <source>Files while loading</source>
        <translation>加载时的文件</translation>
    </message>
    <message>
        <source>Plan</source>
        <translation>计划</translation>
    </message>
    <message>
        <source>About this option</source>
        <translation>关于此选项</translation>
    </message>
</context>
<context>
    <name>PlanCard</name>
    <message>
        <source>Steps</source>
        <translation>步数</translation>
    </message>
    <message>
        <source>Training rows</source>
        <translation>训练行数</translation>
    </message>
    <message>
        <source>Tokens seen</source>
        <translation>经过的 token</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Trained weights</source>
        <translation>训练的权重</translation>
    </message>
    <message>
        <source>Disk</source>
        <translation>磁盘</translation>
    </message>
    <message>
        <source>Graphics cards</source>
        <translation>显卡</translation>
    </message>
    <message>
        <source>Memory, time and disk are counted as soon as there is a dataset.</source>
        <translation>有了数据集，就会计算内存、时间和磁盘。</translation>
    </message>
    <message>
        <source>… counting</source>
        <translation>… 计算中</translation>
    </message>
    <message>
        <source>✓ fits</source>
        <translation>✓ 放得下</translation>
    </message>
    <message>
        <source>✕ does not fit</source>
        <translation>✕ 放不下</translation>
    </message>
    <message>
        <source>of {0} free · {1}</source>
        <translation>可用 {0} · {1}</translation>
    </message>
    <message>
        <source>{0}, {1} free</source>
        <translation>{0}，可用 {1}</translation>
    </message>
</context>
<context>
    <name>ProgressCard</name>
    <message>
        <source>Tokens/s</source>
        <translation>Token/秒</translation>
    </message>
    <message>
        <source>Train loss</source>
        <translation>训练损失</translation>
    </message>
    <message>
        <source>Eval loss</source>
        <translation>评估损失</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>Starting the engine</source>
        <translation>正在启动引擎</translation>
    </message>
    <message>
        <source>Pausing: a checkpoint is written</source>
        <translation>正在暂停：写入检查点</translation>
    </message>
    <message>
        <source>Stopping</source>
        <translation>正在停止</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>Finished</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>The engine stopped unexpectedly</source>
        <translation>引擎意外停止</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>正在训练</translation>
    </message>
    <message>
        <source>step {step} of {total}</source>
        <translation>第 {step} 步，共 {total} 步</translation>
    </message>
    <message>
        <source>&lt;1 s</source>
        <translation>&lt;1 秒</translation>
    </message>
    <message>
        <source>GPU memory</source>
        <translation>显存</translation>
    </message>
    <message>
        <source>planned {size}</source>
        <translation>计划 {size}</translation>
    </message>
</context>
<context>
    <name>ProgressRow</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Stop this and keep what was there before</source>
        <translation>停止此操作，保留之前的内容</translation>
    </message>
</context>
<context>
    <name>ProjectCard</name>
    <message>
        <source>no data yet</source>
        <translation>还没有数据</translation>
    </message>
    <message>
        <source>{0} rows</source>
        <translation>{0} 行</translation>
    </message>
    <message>
        <source>The project being prepared: {0}</source>
        <translation>正在准备的项目：{0}</translation>
    </message>
</context>
<context>
    <name>ProposalPart</name>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Take these steps back, all at once</source>
        <translation>一次收回所有这些步骤</translation>
    </message>
    <message>
        <source>Good</source>
        <translation>好的</translation>
    </message>
    <message>
        <source>Keep the steps and close this message</source>
        <translation>保留这些步骤并关闭此消息</translation>
    </message>
    <message>
        <source>1 step was put in</source>
        <translation>加入了 1 个步骤</translation>
    </message>
    <message>
        <source>{count} steps were put in</source>
        <translation>加入了 {count} 个步骤</translation>
    </message>
</context>
<context>
    <name>Rail</name>
    <message>
        <source>Offline · nothing leaves this computer</source>
        <translation>离线 · 数据不会离开这台电脑</translation>
    </message>
    <message>
        <source>Your data stay on this computer</source>
        <translation>您的数据留在这台电脑上</translation>
    </message>
    <message>
        <source>Make the rail narrow or wide</source>
        <translation>收起或展开侧栏</translation>
    </message>
</context>
<context>
    <name>ReadingBox</name>
    <message>
        <source>step {step}</source>
        <translation>第 {step} 步</translation>
    </message>
    <message>
        <source>(raw {value})</source>
        <translation>（原始 {value}）</translation>
    </message>
    <message>
        <source>at {step}</source>
        <translation>第 {step} 步</translation>
    </message>
</context>
<context>
    <name>ReadingPart</name>
    <message>
        <source>The reading was stopped. What is shown may be older than the draft.</source>
        <translation>读取已停止。显示的内容可能比草稿旧。</translation>
    </message>
    <message>
        <source>Read again</source>
        <translation>重新读取</translation>
    </message>
    <message>
        <source>Read the files and count the rows again</source>
        <translation>重新读取文件并统计行数</translation>
    </message>
    <message>
        <source>Looking through folders and archives</source>
        <translation>正在查看文件夹和压缩包</translation>
    </message>
    <message>
        <source>Reading the files</source>
        <translation>正在读取文件</translation>
    </message>
    <message>
        <source>Looking at the rows</source>
        <translation>正在查看各行</translation>
    </message>
    <message>
        <source>Cleaning the rows</source>
        <translation>正在清洗数据行</translation>
    </message>
    <message>
        <source>Splitting the rows</source>
        <translation>正在划分数据行</translation>
    </message>
    <message>
        <source>Counting the tokens</source>
        <translation>正在统计 token</translation>
    </message>
    <message>
        <source>Cleaning and counting the rows</source>
        <translation>正在清洗并统计各行</translation>
    </message>
</context>
<context>
    <name>ReferenceCard</name>
    <message>
        <source>Expected answer</source>
        <translation>期望的回答</translation>
    </message>
</context>
<context>
    <name>Refusal</name>
    <message>
        <source>Luthier is already open</source>
        <translation>Luthier 已经打开</translation>
    </message>
    <message>
        <source>Its window does not answer. Close it first; if it hangs, end that process.</source>
        <translation>它的窗口没有回应。请先关闭它；如果它已卡住，请结束该进程。</translation>
    </message>
    <message>
        <source>A Luthier (process {pid}) has the library at {home} open.</source>
        <translation>一个 Luthier（进程 {pid}）正打开着 {home} 处的资料库。</translation>
    </message>
    <message>
        <source>Luthier {version} (process {pid}) has had the library at {home} open since {since}.</source>
        <translation>Luthier {version}（进程 {pid}）自 {since} 起打开着 {home} 处的资料库。</translation>
    </message>
    <message>
        <source>Luthier cannot open this library</source>
        <translation>Luthier 无法打开这个资料库</translation>
    </message>
</context>
<context>
    <name>RejectedCard</name>
    <message>
        <source>Rejected</source>
        <translation>被拒绝</translation>
    </message>
    <message>
        <source>Copy list</source>
        <translation>复制列表</translation>
    </message>
    <message>
        <source>Copy all rejected rows as a table</source>
        <translation>把所有被拒绝的行复制为表格</translation>
    </message>
    <message>
        <source>Rejected rows</source>
        <translation>被拒绝的行</translation>
    </message>
    <message>
        <source>Which rows cannot be used, and why</source>
        <translation>哪些行不可用，以及原因</translation>
    </message>
    <message>
        <source>Every rejected row</source>
        <translation>所有被拒的行</translation>
    </message>
    <message>
        <source>File, line, column and reason of each</source>
        <translation>每行的文件、行号、列和原因</translation>
    </message>
    <message>
        <source>{count} rows</source>
        <translation>{count} 行</translation>
    </message>
    <message>
        <source>1 row</source>
        <translation>1 行</translation>
    </message>
    <message>
        <source>{shown} of {count} are listed here.</source>
        <translation>此处列出 {count} 行中的 {shown} 行。</translation>
    </message>
    <message>
        <source>and {count} more reasons</source>
        <translation>还有 {count} 种原因</translation>
    </message>
</context>
<context>
    <name>RejectionsModel</name>
    <message>
        <source>file</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>line</source>
        <translation>行</translation>
    </message>
    <message>
        <source>column</source>
        <translation>列</translation>
    </message>
    <message>
        <source>why</source>
        <translation>原因</translation>
    </message>
</context>
<context>
    <name>ResultCard</name>
    <message>
        <source>Chat with it</source>
        <translation>与它对话</translation>
    </message>
    <message>
        <source>Load it on the tuned side of the Chat page</source>
        <translation>在对话页的微调一侧加载它</translation>
    </message>
    <message>
        <source>✓ verified</source>
        <translation>✓ 已验证</translation>
    </message>
    <message>
        <source>▲ verified with a difference</source>
        <translation>▲ 已验证，有差异</translation>
    </message>
    <message>
        <source>✕ not verified</source>
        <translation>✕ 未通过验证</translation>
    </message>
    <message>
        <source>○ not checked</source>
        <translation>○ 未检查</translation>
    </message>
    <message>
        <source>{count} held-out prompts</source>
        <translation>{count} 条留出提示</translation>
    </message>
    <message>
        <source>same prompt tokens</source>
        <translation>提示 token 相同</translation>
    </message>
    <message>
        <source>the prompt tokens differ</source>
        <translation>提示 token 不同</translation>
    </message>
    <message>
        <source>{share} of the first 32 answer tokens are equal</source>
        <translation>前 32 个回答 token 中有 {share} 相同</translation>
    </message>
</context>
<context>
    <name>Roles</name>
    <message>
        <source>user</source>
        <translation>用户</translation>
    </message>
    <message>
        <source>assistant</source>
        <translation>助手</translation>
    </message>
    <message>
        <source>system</source>
        <translation>系统</translation>
    </message>
    <message>
        <source>tool</source>
        <translation>工具</translation>
    </message>
</context>
<context>
    <name>RowEditor</name>
    <message>
        <source>Save the row</source>
        <translation>保存此行</translation>
    </message>
    <message>
        <source>Keep the change as a step of the cleaning; the file stays as it is</source>
        <translation>把更改作为清洗步骤保存；文件保持不变</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Leave the row as it was</source>
        <translation>此行保持原样</translation>
    </message>
    <message>
        <source>Every edit can be undone, also later.</source>
        <translation>每次编辑都可以撤销，之后也可以。</translation>
    </message>
    <message>
        <source>Rejected answer</source>
        <translation>被拒的回答</translation>
    </message>
</context>
<context>
    <name>RowPanes</name>
    <message>
        <source>The row as it stands in the file</source>
        <translation>该行在文件中的样子</translation>
    </message>
    <message>
        <source>The tokens of the row; the coloured ones are trained</source>
        <translation>该行的 token；着色的会被训练</translation>
    </message>
    <message>
        <source>The row as the template writes it</source>
        <translation>该行按模板写出的样子</translation>
    </message>
    <message>
        <source>trained</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>read only</source>
        <translation>只读</translation>
    </message>
    <message>
        <source>The loss is computed on these tokens: they are learnt</source>
        <translation>损失在这些 token 上计算：它们会被学习</translation>
    </message>
    <message>
        <source>The model reads these tokens but does not learn to write them</source>
        <translation>模型会读这些 token，但不学习写出它们</translation>
    </message>
    <message>
        <source>Raw</source>
        <translation>原始</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>token</translation>
    </message>
    <message>
        <source>Rendered</source>
        <translation>渲染</translation>
    </message>
    <message>
        <source>… and {count} more tokens</source>
        <translation>… 还有 {count} 个 token</translation>
    </message>
</context>
<context>
    <name>RowsCard</name>
    <message>
        <source>Rows</source>
        <translation>行</translation>
    </message>
    <message>
        <source>Search rows</source>
        <translation>搜索行</translation>
    </message>
    <message>
        <source>Lists the rows that hold these words</source>
        <translation>列出含有这些词的行</translation>
    </message>
    <message>
        <source>In which part of a row to search</source>
        <translation>在行的哪一部分搜索</translation>
    </message>
    <message>
        <source>In which order the rows are listed</source>
        <translation>各行的排列顺序</translation>
    </message>
    <message>
        <source>List of rows</source>
        <translation>行列表</translation>
    </message>
    <message>
        <source>Choose a row to see it beneath the list</source>
        <translation>选择一行即可在列表下方查看</translation>
    </message>
    <message>
        <source>No row holds these words.</source>
        <translation>没有行含有这些词。</translation>
    </message>
    <message>
        <source>edited</source>
        <translation>已编辑</translation>
    </message>
    <message>
        <source>Row number</source>
        <translation>行号</translation>
    </message>
    <message>
        <source>Type a number to go to that row of the list</source>
        <translation>输入数字以跳到列表中的该行</translation>
    </message>
    <message>
        <source>Previous row</source>
        <translation>上一行</translation>
    </message>
    <message>
        <source>Next row</source>
        <translation>下一行</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>编辑</translation>
    </message>
    <message>
        <source>Change what this row says</source>
        <translation>更改此行的内容</translation>
    </message>
    <message>
        <source>Leave this row out (Delete in the list); undo brings it back</source>
        <translation>舍弃此行（列表中按 Delete）；撤销即可恢复</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Take back what was edited: as the file says</source>
        <translation>收回编辑：恢复为文件中的内容</translation>
    </message>
    <message>
        <source>{file}, line {line}</source>
        <translation>{file}，第 {line} 行</translation>
    </message>
    <message>
        <source>1 turn</source>
        <translation>1 轮</translation>
    </message>
    <message>
        <source>{count} turns</source>
        <translation>{count} 轮</translation>
    </message>
    <message>
        <source>{tokens} tokens, {trained} trained</source>
        <translation>{tokens} 个 token，训练 {trained} 个</translation>
    </message>
    <message>
        <source>{count} tokens cut off</source>
        <translation>截去 {count} 个 token</translation>
    </message>
</context>
<context>
    <name>RowsModel</name>
    <message>
        <source>row</source>
        <translation>行</translation>
    </message>
    <message>
        <source>prompt</source>
        <translation>提示</translation>
    </message>
    <message>
        <source>answer</source>
        <translation>回答</translation>
    </message>
    <message>
        <source>turns</source>
        <translation>轮次</translation>
    </message>
    <message>
        <source>length</source>
        <translation>长度</translation>
    </message>
    <message>
        <source>file and line</source>
        <translation>文件与行号</translation>
    </message>
</context>
<context>
    <name>RunCard</name>
    <message>
        <source>Compare</source>
        <translation>对比</translation>
    </message>
    <message>
        <source>Tick two or more runs to lay their curves over each other</source>
        <translation>勾选两个或更多运行，叠加显示它们的曲线</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Show its curves, samples and results</source>
        <translation>查看曲线、采样和结果</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Go on exactly where its last checkpoint stands</source>
        <translation>从最后的检查点精确地继续</translation>
    </message>
    <message>
        <source>Rename, reveal, delete</source>
        <translation>重命名、显示、删除</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Reveal in the file manager</source>
        <translation>在文件管理器中显示</translation>
    </message>
    <message>
        <source>Copy the path</source>
        <translation>复制路径</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>{0} rows</source>
        <translation>{0} 行</translation>
    </message>
    <message>
        <source>step {0} of {1}</source>
        <translation>第 {0} 步，共 {1} 步</translation>
    </message>
    <message>
        <source>step {0}</source>
        <translation>第 {0} 步</translation>
    </message>
    <message>
        <source>loss {0}</source>
        <translation>损失 {0}</translation>
    </message>
    <message>
        <source>eval {0}</source>
        <translation>评估 {0}</translation>
    </message>
</context>
<context>
    <name>RunHeader</name>
    <message>
        <source>The recipe lies in the run&apos;s folder; this repeats the run without a window</source>
        <translation>配方在运行的文件夹中；此命令可在无窗口下重复运行</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>Open another run with its curves</source>
        <translation>打开另一个运行及其曲线</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Write a checkpoint, free the memory, and wait for Resume</source>
        <translation>写入检查点，释放内存，等待继续</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Go on exactly where the last checkpoint stands</source>
        <translation>从最后的检查点精确地继续</translation>
    </message>
    <message>
        <source>Save now</source>
        <translation>立即保存</translation>
    </message>
    <message>
        <source>Write a checkpoint and go on</source>
        <translation>写入检查点并继续</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>End this run before its last step</source>
        <translation>在最后一步之前结束运行</translation>
    </message>
    <message>
        <source>Stop and keep what was learnt</source>
        <translation>停止并保留学到的内容</translation>
    </message>
    <message>
        <source>Stop and discard the run</source>
        <translation>停止并丢弃运行</translation>
    </message>
    <message>
        <source>Started {time}</source>
        <translation>开始于 {time}</translation>
    </message>
    <message>
        <source>recipe saved</source>
        <translation>配方已保存</translation>
    </message>
    <message>
        <source>reruns with</source>
        <translation>可重新运行：</translation>
    </message>
    <message>
        <source>Pausing…</source>
        <translation>正在暂停…</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>正在停止…</translation>
    </message>
</context>
<context>
    <name>RunRow</name>
    <message>
        <source>step {step}</source>
        <translation>第 {step} 步</translation>
    </message>
    <message>
        <source>loss {0}</source>
        <translation>损失 {0}</translation>
    </message>
    <message>
        <source>Open this run with its curves</source>
        <translation>打开此运行及其曲线</translation>
    </message>
</context>
<context>
    <name>RunsOrNothing</name>
    <message>
        <source>No run is open</source>
        <translation>没有打开的运行</translation>
    </message>
    <message>
        <source>Choose a dataset, pick a method, and start: the curves, the memory and live samples appear here.</source>
        <translation>选择数据集、挑选方法并开始：曲线、内存和实时采样会显示在这里。</translation>
    </message>
    <message>
        <source>Choose data</source>
        <translation>选择数据</translation>
    </message>
    <message>
        <source>Open run</source>
        <translation>打开运行</translation>
    </message>
    <message>
        <source>Choose a method</source>
        <translation>选择方法</translation>
    </message>
</context>
<context>
    <name>RuntimeRow</name>
    <message>
        <source>Luthier&apos;s own engine</source>
        <translation>Luthier 自带的引擎</translation>
    </message>
    <message>
        <source>version {0}</source>
        <translation>版本 {0}</translation>
    </message>
    <message>
        <source>for the processor</source>
        <translation>用于处理器</translation>
    </message>
    <message>
        <source>for NVIDIA cards (CUDA)</source>
        <translation>用于 NVIDIA 显卡 (CUDA)</translation>
    </message>
    <message>
        <source>for AMD cards (ROCm)</source>
        <translation>用于 AMD 显卡 (ROCm)</translation>
    </message>
    <message>
        <source>for Intel cards (XPU)</source>
        <translation>用于 Intel 显卡 (XPU)</translation>
    </message>
    <message>
        <source>in use</source>
        <translation>使用中</translation>
    </message>
    <message>
        <source>Engines are started from this one.</source>
        <translation>引擎从这个运行时启动。</translation>
    </message>
    <message>
        <source>chosen, not in use</source>
        <translation>已选择，未使用</translation>
    </message>
    <message>
        <source>Luthier uses its own engine in its place.</source>
        <translation>Luthier 改用自带的引擎。</translation>
    </message>
    <message>
        <source>best here</source>
        <translation>最适合这里</translation>
    </message>
    <message>
        <source>It suits the devices of this computer best.</source>
        <translation>它最适合这台计算机的设备。</translation>
    </message>
    <message>
        <source>cannot be used</source>
        <translation>无法使用</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>使用</translation>
    </message>
    <message>
        <source>Start engines from {0} from now on</source>
        <translation>从现在起用 {0} 启动引擎</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>校验</translation>
    </message>
    <message>
        <source>Hold every file of {0} against its hash</source>
        <translation>用哈希核对 {0} 的每个文件</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Delete {0}; it can be installed again from its file</source>
        <translation>删除 {0}；可以用它的文件重新安装</translation>
    </message>
</context>
<context>
    <name>RuntimesCard</name>
    <message>
        <source>Runtimes</source>
        <translation>运行时</translation>
    </message>
    <message>
        <source>Install from a file…</source>
        <translation>从文件安装…</translation>
    </message>
    <message>
        <source>Choose the file that a runtime comes in</source>
        <translation>选择运行时所在的文件</translation>
    </message>
    <message>
        <source>A runtime is an engine for one kind of device. A recipe runs unchanged on any. It is a program: install only those of people whom you trust.</source>
        <translation>运行时是针对一种设备的引擎。同一个配方在任何运行时上都无需改动即可运行。它是程序：只安装你信任的人提供的运行时。</translation>
    </message>
    <message>
        <source>Stop; what a download has fetched is kept, and it can go on later</source>
        <translation>停止；已下载的部分会保留，之后可以继续</translation>
    </message>
    <message>
        <source>Install from an address…</source>
        <translation>从地址安装…</translation>
    </message>
    <message>
        <source>Fetch the file of a runtime from the network</source>
        <translation>从网络获取运行时的文件</translation>
    </message>
    <message>
        <source>Luthier is set to stay offline, so nothing can be fetched.</source>
        <translation>Luthier 设为保持离线，因此无法下载。</translation>
    </message>
    <message>
        <source>Address of a runtime&apos;s file</source>
        <translation>运行时文件的地址</translation>
    </message>
    <message>
        <source>It begins with https://.</source>
        <translation>它以 https:// 开头。</translation>
    </message>
    <message>
        <source>SHA-256 of the file, where it is known</source>
        <translation>文件的 SHA-256（如已知）</translation>
    </message>
    <message>
        <source>SHA-256 of the file</source>
        <translation>文件的 SHA-256</translation>
    </message>
    <message>
        <source>Another file than the one with this number is refused.</source>
        <translation>与这个数值不符的文件会被拒绝。</translation>
    </message>
    <message>
        <source>Install</source>
        <translation>安装</translation>
    </message>
    <message>
        <source>Fetch it; a download that was broken off goes on from where it ended</source>
        <translation>获取它；中断的下载会从断开处继续</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>正在停止…</translation>
    </message>
    <message>
        <source>Verifying {0}</source>
        <translation>正在校验 {0}</translation>
    </message>
    <message>
        <source>Removing {0}</source>
        <translation>正在移除 {0}</translation>
    </message>
    <message>
        <source>Downloading</source>
        <translation>正在下载</translation>
    </message>
    <message>
        <source>Unpacking and verifying</source>
        <translation>正在解包和校验</translation>
    </message>
</context>
<context>
    <name>SamplesCard</name>
    <message>
        <source>Live samples</source>
        <translation>实时采样</translation>
    </message>
    <message>
        <source>Earlier sample</source>
        <translation>更早的采样</translation>
    </message>
    <message>
        <source>Later sample</source>
        <translation>更晚的采样</translation>
    </message>
    <message>
        <source>Wanted</source>
        <translation>期望</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Model now</source>
        <translation>当前模型</translation>
    </message>
    <message>
        <source>at step {step}</source>
        <translation>在第 {step} 步</translation>
    </message>
    <message>
        <source>(no answer)</source>
        <translation>（没有回答）</translation>
    </message>
</context>
<context>
    <name>SamplingCard</name>
    <message>
        <source>Sampling</source>
        <translation>采样</translation>
    </message>
    <message>
        <source>Take figures that suit a kind of conversation</source>
        <translation>选用适合某类对话的参数</translation>
    </message>
    <message>
        <source>Precise</source>
        <translation>精确</translation>
    </message>
    <message>
        <source>Balanced</source>
        <translation>均衡</translation>
    </message>
    <message>
        <source>Creative</source>
        <translation>创意</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>温度</translation>
    </message>
    <message>
        <source>0 always takes the likeliest word; higher is more varied</source>
        <translation>0 总是取最可能的词；越高越多样</translation>
    </message>
    <message>
        <source>Top-p</source>
        <translation>Top-p</translation>
    </message>
    <message>
        <source>Draw only from the likeliest words that together have this share</source>
        <translation>只从累计概率达到此值的最可能的词中抽取</translation>
    </message>
    <message>
        <source>Min-p</source>
        <translation>Min-p</translation>
    </message>
    <message>
        <source>Leave out words this much less likely than the likeliest</source>
        <translation>排除概率远低于最可能词的词</translation>
    </message>
    <message>
        <source>Repetition</source>
        <translation>重复惩罚</translation>
    </message>
    <message>
        <source>Above 1, words already said become less likely</source>
        <translation>大于 1 时，已说过的词更不容易再出现</translation>
    </message>
    <message>
        <source>Max tokens</source>
        <translation>最大 token 数</translation>
    </message>
    <message>
        <source>The longest answer; about three quarters of it in words</source>
        <translation>最长的回答；约合四分之三的单词数</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>种子</translation>
    </message>
    <message>
        <source>The same seed and the same words give the same answer</source>
        <translation>相同的种子和相同的话得到相同的回答</translation>
    </message>
    <message>
        <source>Stop at</source>
        <translation>停止词</translation>
    </message>
    <message>
        <source>words, separated by commas</source>
        <translation>用逗号分隔的词</translation>
    </message>
    <message>
        <source>The answer ends before any of these; \n is a new line, \, a comma</source>
        <translation>回答在遇到其中任意一个之前结束；\n 表示换行，\, 表示逗号</translation>
    </message>
    <message>
        <source>Own figures</source>
        <translation>自定义参数</translation>
    </message>
    <message>
        <source>Preset: {0}</source>
        <translation>预设：{0}</translation>
    </message>
</context>
<context>
    <name>SaveButton</name>
    <message>
        <source>Save report ▾</source>
        <translation>保存报告 ▾</translation>
    </message>
    <message>
        <source>Save report</source>
        <translation>保存报告</translation>
    </message>
    <message>
        <source>Everything below as one file to pass on</source>
        <translation>以下全部内容，存为一个可转交的文件</translation>
    </message>
    <message>
        <source>Page (HTML)…</source>
        <translation>网页（HTML）…</translation>
    </message>
    <message>
        <source>Document (PDF)…</source>
        <translation>文档（PDF）…</translation>
    </message>
    <message>
        <source>Page (*.html)</source>
        <translation>网页 (*.html)</translation>
    </message>
    <message>
        <source>Document (*.pdf)</source>
        <translation>文档 (*.pdf)</translation>
    </message>
</context>
<context>
    <name>Schema</name>
    <message>
        <source>General</source>
        <translation>常规</translation>
    </message>
    <message>
        <source>Full fine-tuning</source>
        <translation>全参数微调</translation>
    </message>
    <message>
        <source>Trains every weight of the model; needs the most memory and gives the largest result.</source>
        <translation>训练模型的所有权重；需要最多内存，结果文件也最大。</translation>
    </message>
    <message>
        <source>LoRA</source>
        <translation>LoRA</translation>
    </message>
    <message>
        <source>Trains two thin matrices beside each frozen one; the usual first choice.</source>
        <translation>在每个冻结矩阵旁训练两个窄矩阵；通常的首选。</translation>
    </message>
    <message>
        <source>Supervised fine-tuning</source>
        <translation>监督微调</translation>
    </message>
    <message>
        <source>Learns to give the answers of the dataset.</source>
        <translation>学习给出数据集中的回答。</translation>
    </message>
    <message>
        <source>Empty and too short</source>
        <translation>空行与过短</translation>
    </message>
    <message>
        <source>Removes rows without a prompt or with an answer that is too short.</source>
        <translation>移除没有提示或回答过短的行。</translation>
    </message>
    <message>
        <source>Exact duplicates</source>
        <translation>完全重复</translation>
    </message>
    <message>
        <source>Removes rows that repeat an earlier row; the first one stays.</source>
        <translation>移除与前面重复的行；保留第一条。</translation>
    </message>
    <message>
        <source>Repair characters</source>
        <translation>修复字符</translation>
    </message>
    <message>
        <source>Mends wrongly decoded characters (donâ€™t), control characters and mixed Unicode forms (ftfy).</source>
        <translation>修复解码错误的字符（donâ€™t）、控制字符和混用的 Unicode 形式（ftfy）。</translation>
    </message>
    <message>
        <source>Too long</source>
        <translation>过长</translation>
    </message>
    <message>
        <source>White space</source>
        <translation>空白</translation>
    </message>
    <message>
        <source>Removes blanks at the ends of texts and lines, invisible characters and long runs of empty lines.</source>
        <translation>移除文本和行首尾的空白、不可见字符以及连续的空行。</translation>
    </message>
    <message>
        <source>Adapter</source>
        <translation>适配器</translation>
    </message>
    <message>
        <source>The trained adapter in PEFT&apos;s format, with tokenizer and chat template; needs the base model.</source>
        <translation>PEFT 格式的适配器，带分词器和对话模板；需要配合基础模型使用。</translation>
    </message>
    <message>
        <source>GGUF</source>
        <translation>GGUF</translation>
    </message>
    <message>
        <source>One file with weights, tokenizer and chat template for llama.cpp, Ollama and LM Studio.</source>
        <translation>包含权重、分词器和对话模板的单个文件，可用于 llama.cpp、Ollama 和 LM Studio。</translation>
    </message>
    <message>
        <source>Merged model</source>
        <translation>合并模型</translation>
    </message>
    <message>
        <source>A complete model in safetensors with tokenizer, chat template and model card; needs nothing else.</source>
        <translation>safetensors 格式的完整模型，带分词器、对话模板和模型卡；不需要其他文件。</translation>
    </message>
    <message>
        <source>The dataset files, in order.</source>
        <translation>数据集文件，按顺序。</translation>
    </message>
    <message>
        <source>Sources</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>auto: the model&apos;s own template. Otherwise the path of a Jinja file.</source>
        <translation>auto：模型自带的模板。否则填 Jinja 文件的路径。</translation>
    </message>
    <message>
        <source>Chat template</source>
        <translation>对话模板</translation>
    </message>
    <message>
        <source>Longest example in tokens; what to do with longer ones is the next option.</source>
        <translation>样本的最大 token 数；更长的如何处理由下一个选项决定。</translation>
    </message>
    <message>
        <source>Cutoff length</source>
        <translation>截断长度</translation>
    </message>
    <message>
        <source>truncate</source>
        <translation>截断</translation>
    </message>
    <message>
        <source>drop</source>
        <translation>舍弃</translation>
    </message>
    <message>
        <source>Longer examples</source>
        <translation>较长的样本</translation>
    </message>
    <message>
        <source>Lay the examples of a batch end to end without padding; attention never crosses examples.</source>
        <translation>把一批样本首尾相接、不加填充；注意力不会跨越样本。</translation>
    </message>
    <message>
        <source>Packing</source>
        <translation>打包</translation>
    </message>
    <message>
        <source>Draw the rows in a new order each epoch.</source>
        <translation>每轮以新的顺序取行。</translation>
    </message>
    <message>
        <source>Shuffle</source>
        <translation>打乱</translation>
    </message>
    <message>
        <source>Also learn the user&apos;s turns, not only the answers.</source>
        <translation>也学习用户的发言，而不只是回答。</translation>
    </message>
    <message>
        <source>Train on prompts</source>
        <translation>训练提示部分</translation>
    </message>
    <message>
        <source>Use only the first rows; useful for a quick trial.</source>
        <translation>只使用前面的行；适合快速试验。</translation>
    </message>
    <message>
        <source>Row limit</source>
        <translation>行数上限</translation>
    </message>
    <message>
        <source>Rows held out.</source>
        <translation>留出的行。</translation>
    </message>
    <message>
        <source>What is done to the rows, in order.</source>
        <translation>依次对各行做的处理。</translation>
    </message>
    <message>
        <source>Cleaning steps</source>
        <translation>清洗步骤</translation>
    </message>
    <message>
        <source>Rows whose answers are shorter are removed.</source>
        <translation>移除回答更短的行。</translation>
    </message>
    <message>
        <source>Shortest answer</source>
        <translation>最短回答</translation>
    </message>
    <message>
        <source>conversation</source>
        <translation>整个对话</translation>
    </message>
    <message>
        <source>prompt</source>
        <translation>提示</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>比较方式</translation>
    </message>
    <message>
        <source>Capital and small letters count as the same.</source>
        <translation>大小写视为相同。</translation>
    </message>
    <message>
        <source>Ignore case</source>
        <translation>忽略大小写</translation>
    </message>
    <message>
        <source>Any run of blanks and line breaks counts as one blank.</source>
        <translation>连续的空格和换行视为一个空格。</translation>
    </message>
    <message>
        <source>Ignore white space</source>
        <translation>忽略空白</translation>
    </message>
    <message>
        <source>Also move the token embeddings and the output head.</source>
        <translation>也训练词嵌入和输出头。</translation>
    </message>
    <message>
        <source>Train embeddings</source>
        <translation>训练嵌入层</translation>
    </message>
    <message>
        <source>Width of the thin matrices. 8 to 16 for style, 32 to 128 for new knowledge.</source>
        <translation>窄矩阵的宽度。学风格用 8 到 16，学新知识用 32 到 128。</translation>
    </message>
    <message>
        <source>Rank</source>
        <translation>秩</translation>
    </message>
    <message>
        <source>Strength of the adapter; its output is scaled by alpha / rank.</source>
        <translation>适配器的强度；输出按 alpha / rank 缩放。</translation>
    </message>
    <message>
        <source>Alpha</source>
        <translation>Alpha</translation>
    </message>
    <message>
        <source>Share of the adapter&apos;s inputs that is dropped while training.</source>
        <translation>训练时随机丢弃的适配器输入比例。</translation>
    </message>
    <message>
        <source>Dropout</source>
        <translation>Dropout</translation>
    </message>
    <message>
        <source>all: every linear layer but the output head. Otherwise names such as q_proj, v_proj.</source>
        <translation>all：除输出头外的所有线性层。也可填名称，如 q_proj, v_proj。</translation>
    </message>
    <message>
        <source>Target modules</source>
        <translation>目标模块</translation>
    </message>
    <message>
        <source>Scale by alpha / sqrt(rank) (Kalajdzievski, 2023); helps at high ranks.</source>
        <translation>按 alpha / sqrt(rank) 缩放（Kalajdzievski, 2023）；秩较高时有帮助。</translation>
    </message>
    <message>
        <source>Rank-stabilized scaling</source>
        <translation>秩稳定缩放</translation>
    </message>
    <message>
        <source>Also learn the magnitude of each weight column (Liu et al., 2024); slower.</source>
        <translation>同时学习每个权重列的幅度（Liu 等, 2024）；较慢。</translation>
    </message>
    <message>
        <source>DoRA</source>
        <translation>DoRA</translation>
    </message>
    <message>
        <source>Learn B this many times faster than A (Hayou et al., 2024); 16 is usual, empty: off.</source>
        <translation>B 的学习率是 A 的多少倍（Hayou 等, 2024）；通常为 16，留空表示关闭。</translation>
    </message>
    <message>
        <source>LoRA+ ratio</source>
        <translation>LoRA+ 倍率</translation>
    </message>
    <message>
        <source>default</source>
        <translation>默认</translation>
    </message>
    <message>
        <source>gaussian</source>
        <translation>高斯</translation>
    </message>
    <message>
        <source>pissa</source>
        <translation>pissa</translation>
    </message>
    <message>
        <source>pissa_niter_4</source>
        <translation>pissa_niter_4</translation>
    </message>
    <message>
        <source>Initialisation</source>
        <translation>初始化</translation>
    </message>
    <message>
        <source>Folder of a Hugging Face model, or &apos;starter&apos; for the small model that comes with Luthier.</source>
        <translation>Hugging Face 模型的文件夹，或用 &apos;starter&apos; 表示 Luthier 自带的小模型。</translation>
    </message>
    <message>
        <source>Base model</source>
        <translation>基础模型</translation>
    </message>
    <message>
        <source>Branch, tag or commit of a hub model; ignored for local folders.</source>
        <translation>Hub 模型的分支、标签或提交；对本地文件夹无效。</translation>
    </message>
    <message>
        <source>Revision</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>Number format of the frozen weights. Auto: float32 on a CPU, bfloat16 on a GPU that has it.</source>
        <translation>冻结权重的数值格式。自动：CPU 上用 float32，支持的 GPU 上用 bfloat16。</translation>
    </message>
    <message>
        <source>auto</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>float32</source>
        <translation>float32</translation>
    </message>
    <message>
        <source>bfloat16</source>
        <translation>bfloat16</translation>
    </message>
    <message>
        <source>float16</source>
        <translation>float16</translation>
    </message>
    <message>
        <source>Data type</source>
        <translation>数据类型</translation>
    </message>
    <message>
        <source>Hold the frozen weights in 4 or 8 bits to save memory (bitsandbytes). NF4 plus LoRA is QLoRA.</source>
        <translation>以 4 位或 8 位保存冻结权重以节省内存（bitsandbytes）。NF4 加 LoRA 即 QLoRA。</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>nf4</source>
        <translation>nf4</translation>
    </message>
    <message>
        <source>int8</source>
        <translation>int8</translation>
    </message>
    <message>
        <source>Quantized base</source>
        <translation>量化基础模型</translation>
    </message>
    <message>
        <source>Which attention kernel; auto takes the fastest that is present.</source>
        <translation>使用哪种注意力实现；自动选用最快的。</translation>
    </message>
    <message>
        <source>sdpa</source>
        <translation>sdpa</translation>
    </message>
    <message>
        <source>eager</source>
        <translation>eager</translation>
    </message>
    <message>
        <source>flash_attention_2</source>
        <translation>flash_attention_2</translation>
    </message>
    <message>
        <source>Attention</source>
        <translation>注意力</translation>
    </message>
    <message>
        <source>Recompute activations in the backward pass: about a third slower, much less memory.</source>
        <translation>反向传播时重新计算激活：约慢三分之一，内存大幅减少。</translation>
    </message>
    <message>
        <source>Gradient checkpointing</source>
        <translation>梯度检查点</translation>
    </message>
    <message>
        <source>Step size. LoRA: 1e-4 to 1e-3. Full fine-tuning: 1e-6 to 5e-5.</source>
        <translation>步长。LoRA：1e-4 到 1e-3。全参数微调：1e-6 到 5e-5。</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>学习率</translation>
    </message>
    <message>
        <source>Passes over the training rows.</source>
        <translation>遍历训练数据的次数。</translation>
    </message>
    <message>
        <source>Epochs</source>
        <translation>训练轮数</translation>
    </message>
    <message>
        <source>Stop after this many optimizer steps; overrides epochs.</source>
        <translation>在这么多优化步后停止；优先于训练轮数。</translation>
    </message>
    <message>
        <source>Maximum steps</source>
        <translation>最大步数</translation>
    </message>
    <message>
        <source>Examples in one micro-batch.</source>
        <translation>一个微批中的样本数。</translation>
    </message>
    <message>
        <source>Batch size</source>
        <translation>批大小</translation>
    </message>
    <message>
        <source>Micro-batches in one optimizer step; the loss is averaged over all their tokens.</source>
        <translation>一个优化步中的微批数；损失在它们的所有 token 上取平均。</translation>
    </message>
    <message>
        <source>Gradient accumulation</source>
        <translation>梯度累积</translation>
    </message>
    <message>
        <source>adamw</source>
        <translation>adamw</translation>
    </message>
    <message>
        <source>sgd</source>
        <translation>sgd</translation>
    </message>
    <message>
        <source>sgd_momentum</source>
        <translation>sgd_momentum</translation>
    </message>
    <message>
        <source>sgd_nesterov</source>
        <translation>sgd_nesterov</translation>
    </message>
    <message>
        <source>Optimizer</source>
        <translation>优化器</translation>
    </message>
    <message>
        <source>Decay of the first moment.</source>
        <translation>一阶矩的衰减率。</translation>
    </message>
    <message>
        <source>Adam beta 1</source>
        <translation>Adam beta 1</translation>
    </message>
    <message>
        <source>Decay of the second moment.</source>
        <translation>二阶矩的衰减率。</translation>
    </message>
    <message>
        <source>Adam beta 2</source>
        <translation>Adam beta 2</translation>
    </message>
    <message>
        <source>Keeps the division finite.</source>
        <translation>避免除以零。</translation>
    </message>
    <message>
        <source>Adam epsilon</source>
        <translation>Adam epsilon</translation>
    </message>
    <message>
        <source>Decoupled decay of the trained matrices; vectors (norms, biases) are not decayed.</source>
        <translation>对训练的矩阵做解耦衰减；向量（归一化、偏置）不衰减。</translation>
    </message>
    <message>
        <source>Weight decay</source>
        <translation>权重衰减</translation>
    </message>
    <message>
        <source>Largest gradient norm; 0 turns clipping off.</source>
        <translation>最大梯度范数；0 表示不裁剪。</translation>
    </message>
    <message>
        <source>Gradient clipping</source>
        <translation>梯度裁剪</translation>
    </message>
    <message>
        <source>How the learning rate moves over the run.</source>
        <translation>学习率在运行中的变化方式。</translation>
    </message>
    <message>
        <source>linear</source>
        <translation>linear（线性）</translation>
    </message>
    <message>
        <source>cosine</source>
        <translation>cosine（余弦）</translation>
    </message>
    <message>
        <source>constant</source>
        <translation>constant（恒定）</translation>
    </message>
    <message>
        <source>constant_with_warmup</source>
        <translation>constant_with_warmup（预热后恒定）</translation>
    </message>
    <message>
        <source>warmup_stable_decay</source>
        <translation>warmup_stable_decay（预热-稳定-衰减）</translation>
    </message>
    <message>
        <source>Schedule</source>
        <translation>学习率调度</translation>
    </message>
    <message>
        <source>Share of the steps in which the rate rises from 0.</source>
        <translation>学习率从 0 上升所占的步数比例。</translation>
    </message>
    <message>
        <source>Warm-up share</source>
        <translation>预热比例</translation>
    </message>
    <message>
        <source>Share of the steps in which warmup_stable_decay falls to 0.</source>
        <translation>warmup_stable_decay 降到 0 所占的步数比例。</translation>
    </message>
    <message>
        <source>Decay share</source>
        <translation>衰减比例</translation>
    </message>
    <message>
        <source>Undo a wrong decoding such as UTF-8 read as Latin-1.</source>
        <translation>还原错误的解码，例如把 UTF-8 当作 Latin-1 读取。</translation>
    </message>
    <message>
        <source>Wrongly decoded text</source>
        <translation>解码错误的文本</translation>
    </message>
    <message>
        <source>NFC joins letters and their accents. NFKC also replaces variants such as ligatures.</source>
        <translation>NFC 合并字母与重音。NFKC 还会替换连字等变体。</translation>
    </message>
    <message>
        <source>NFC</source>
        <translation>NFC</translation>
    </message>
    <message>
        <source>NFKC</source>
        <translation>NFKC</translation>
    </message>
    <message>
        <source>Unicode form</source>
        <translation>Unicode 形式</translation>
    </message>
    <message>
        <source>Replace curly quotation marks.</source>
        <translation>替换弯引号。</translation>
    </message>
    <message>
        <source>Straight quotes</source>
        <translation>直引号</translation>
    </message>
    <message>
        <source>Replace full-width letters and punctuation; leave it off for Chinese text.</source>
        <translation>替换全角字母和标点；中文文本请关闭。</translation>
    </message>
    <message>
        <source>Half-width forms</source>
        <translation>半角形式</translation>
    </message>
    <message>
        <source>Replace &amp;amp;amp; and the like by their characters.</source>
        <translation>把 &amp;amp;amp; 之类替换为对应字符。</translation>
    </message>
    <message>
        <source>HTML entities</source>
        <translation>HTML 实体</translation>
    </message>
    <message>
        <source>Folder of the run; empty: a new one among Luthier&apos;s runs.</source>
        <translation>运行的文件夹；留空则在 Luthier 的运行中新建。</translation>
    </message>
    <message>
        <source>Output folder</source>
        <translation>输出文件夹</translation>
    </message>
    <message>
        <source>Same seed, same result on a CPU.</source>
        <translation>相同的种子在 CPU 上得到相同的结果。</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>种子</translation>
    </message>
    <message>
        <source>How often metrics are reported.</source>
        <translation>报告指标的频率。</translation>
    </message>
    <message>
        <source>Log every</source>
        <translation>记录间隔</translation>
    </message>
    <message>
        <source>How often a checkpoint is written; 0: only at the end.</source>
        <translation>写入检查点的频率；0 表示只在结束时。</translation>
    </message>
    <message>
        <source>Save every</source>
        <translation>保存间隔</translation>
    </message>
    <message>
        <source>Older ones are removed; the best one is always kept.</source>
        <translation>删除较旧的检查点；始终保留最好的一个。</translation>
    </message>
    <message>
        <source>Checkpoints kept</source>
        <translation>保留的检查点数</translation>
    </message>
    <message>
        <source>How often the held-out loss is measured; 0: at the end of each epoch.</source>
        <translation>测量留出数据损失的频率；0 表示每轮结束时。</translation>
    </message>
    <message>
        <source>Evaluate every</source>
        <translation>评估间隔</translation>
    </message>
    <message>
        <source>Stop after this many evaluations without improvement; 0: never.</source>
        <translation>连续这么多次评估没有改善就停止；0 表示不停止。</translation>
    </message>
    <message>
        <source>Early stopping patience</source>
        <translation>早停耐心</translation>
    </message>
    <message>
        <source>End with the checkpoint of the lowest held-out loss, if measured.</source>
        <translation>若有测量，以留出损失最低的检查点结束。</translation>
    </message>
    <message>
        <source>Keep the best</source>
        <translation>保留最佳</translation>
    </message>
    <message>
        <source>How often a held-out prompt is answered while training; 0: never.</source>
        <translation>训练时回答留出提示的频率；0 表示从不。</translation>
    </message>
    <message>
        <source>Sample every</source>
        <translation>采样间隔</translation>
    </message>
    <message>
        <source>Longest live sample.</source>
        <translation>实时采样的最大长度。</translation>
    </message>
    <message>
        <source>Sample length</source>
        <translation>采样长度</translation>
    </message>
    <message>
        <source>CPU threads of the arithmetic; empty: all physical cores.</source>
        <translation>计算所用的 CPU 线程数；留空表示所有物理核心。</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>线程数</translation>
    </message>
    <message>
        <source>The dataset file.</source>
        <translation>数据集文件。</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>AdaLoRA</source>
        <translation>AdaLoRA</translation>
    </message>
    <message>
        <source>LoRA that gives rank to the layers that need it and takes it from the others.</source>
        <translation>把秩分给需要它的层、从其余层收回的 LoRA。</translation>
    </message>
    <message>
        <source>BitFit</source>
        <translation>BitFit</translation>
    </message>
    <message>
        <source>Trains only the biases; for models that have them (GPT-2, Phi, GPT-NeoX, Qwen2), not for Llama or Gemma.</source>
        <translation>只训练偏置；适用于有偏置的模型（GPT-2、Phi、GPT-NeoX、Qwen2），不适用于 Llama 或 Gemma。</translation>
    </message>
    <message>
        <source>Continue an adapter</source>
        <translation>继续训练适配器</translation>
    </message>
    <message>
        <source>Trains an adapter further, from Luthier or from any other PEFT program, with the options it was made with.</source>
        <translation>按原有选项继续训练一个适配器，来自 Luthier 或其他 PEFT 程序均可。</translation>
    </message>
    <message>
        <source>Some layers</source>
        <translation>部分层</translation>
    </message>
    <message>
        <source>Trains the last blocks, the first ones or those you name, and leaves the others as they are.</source>
        <translation>训练最后、最前或指定的若干层，其余保持不变。</translation>
    </message>
    <message>
        <source>IA3</source>
        <translation>IA3</translation>
    </message>
    <message>
        <source>Learns one scale for each key, value and inner feature; a few thousand weights in all.</source>
        <translation>为每个键、值和内部特征学习一个缩放系数，总共只有几千个权重。</translation>
    </message>
    <message>
        <source>Layer-norm tuning</source>
        <translation>层归一化微调</translation>
    </message>
    <message>
        <source>Trains only the scales (and shifts) of the normalisation layers; good at style with very few weights.</source>
        <translation>只训练归一化层的缩放（和平移）；用极少的权重就能学好风格。</translation>
    </message>
    <message>
        <source>Block expansion</source>
        <translation>块扩展</translation>
    </message>
    <message>
        <source>Adds copied blocks that begin by changing nothing and trains only those; keeps what the model knew.</source>
        <translation>加入起初不改变任何东西的复制块，只训练这些块；模型原有的知识得以保留。</translation>
    </message>
    <message>
        <source>LoHa</source>
        <translation>LoHa</translation>
    </message>
    <message>
        <source>Multiplies two low-rank matrices entry by entry, which reaches rank squared with the same weights.</source>
        <translation>把两个低秩矩阵逐元素相乘，用同样多的权重达到秩的平方。</translation>
    </message>
    <message>
        <source>LoKr</source>
        <translation>LoKr</translation>
    </message>
    <message>
        <source>Builds each change from a small matrix repeated in a pattern that is learnt too; very few weights.</source>
        <translation>每个改变由一个小矩阵按学到的图样重复而成；权重极少。</translation>
    </message>
    <message>
        <source>OFT</source>
        <translation>OFT</translation>
    </message>
    <message>
        <source>Turns the inputs of each layer by small rotations, which keeps angles between weights; forgets little.</source>
        <translation>用微小的旋转转动每层的输入，保持权重之间的夹角；遗忘很少。</translation>
    </message>
    <message>
        <source>P-tuning</source>
        <translation>P-tuning</translation>
    </message>
    <message>
        <source>Learns virtual tokens through a small network, which learns more steadily than the tokens alone.</source>
        <translation>通过一个小网络学习虚拟 token，比直接学习 token 更平稳。</translation>
    </message>
    <message>
        <source>P-tuning v2</source>
        <translation>P-tuning v2</translation>
    </message>
    <message>
        <source>Learns keys and values that every layer sees before the text, without a network between.</source>
        <translation>学习每层在文本之前看到的键和值，中间没有网络。</translation>
    </message>
    <message>
        <source>Prefix tuning</source>
        <translation>Prefix tuning</translation>
    </message>
    <message>
        <source>Learns keys and values that every layer sees before the text, through a network that is then left out.</source>
        <translation>通过一个网络学习每层在文本之前看到的键和值，训练后网络被去掉。</translation>
    </message>
    <message>
        <source>Prompt tuning</source>
        <translation>Prompt tuning</translation>
    </message>
    <message>
        <source>Learns a few virtual tokens that stand before every prompt; the model itself stays as it is.</source>
        <translation>学习放在每个提示之前的几个虚拟 token；模型本身保持不变。</translation>
    </message>
    <message>
        <source>VeRA</source>
        <translation>VeRA</translation>
    </message>
    <message>
        <source>All layers share two random matrices and learn only their scales: a tenth of LoRA&apos;s weights.</source>
        <translation>所有层共用两个随机矩阵，只学习它们的缩放：权重是 LoRA 的十分之一。</translation>
    </message>
    <message>
        <source>Preferences (DPO)</source>
        <translation>偏好（DPO）</translation>
    </message>
    <message>
        <source>Learns from pairs of a better and a worse answer to prefer the better one.</source>
        <translation>从一好一差的回答对中学习偏好较好的那个。</translation>
    </message>
    <message>
        <source>Own answers (GRPO)</source>
        <translation>自答（GRPO）</translation>
    </message>
    <message>
        <source>Lets the model answer each question several times and makes its better answers more probable.</source>
        <translation>让模型对每个问题回答多次，并提高较好回答的概率。</translation>
    </message>
    <message>
        <source>Verdicts (KTO)</source>
        <translation>评判（KTO）</translation>
    </message>
    <message>
        <source>Learns from single answers that were called good or bad; no pairs are needed.</source>
        <translation>从被评为好或坏的单个回答中学习，不需要成对数据。</translation>
    </message>
    <message>
        <source>Own answers (PPO)</source>
        <translation>自答（PPO）</translation>
    </message>
    <message>
        <source>Lets the model answer and makes likelier what went better than a value head expected.</source>
        <translation>让模型回答，并提高优于价值头预期的内容的概率。</translation>
    </message>
    <message>
        <source>Continued pretraining</source>
        <translation>继续预训练</translation>
    </message>
    <message>
        <source>Goes on reading: learns the words and facts of running text, without questions and answers.</source>
        <translation>继续阅读：从连续文本学习词汇和事实，不需要问答。</translation>
    </message>
    <message>
        <source>Reward model</source>
        <translation>奖励模型</translation>
    </message>
    <message>
        <source>Learns to score answers from pairs of a better and a worse one; the result judges and writes nothing.</source>
        <translation>从较好与较差的回答对中学习评分；结果只作评判，不生成内容。</translation>
    </message>
    <message>
        <source>Advertisements and links</source>
        <translation>广告与链接</translation>
    </message>
    <message>
        <source>Removes sentences that advertise, or rows that hold them, and rows of many web addresses.</source>
        <translation>去掉做广告的句子，或含有它们的行，以及网址过多的行。</translation>
    </message>
    <message>
        <source>Texts</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>Balance</source>
        <translation>均衡</translation>
    </message>
    <message>
        <source>Keeps at most so many rows of each value of a column, such as a category, a language or a source.</source>
        <translation>某列的每个取值（如类别、语言或来源）最多保留这么多行。</translation>
    </message>
    <message>
        <source>Selection</source>
        <translation>选取</translation>
    </message>
    <message>
        <source>Filters</source>
        <translation>过滤</translation>
    </message>
    <message>
        <source>Rows of an evaluation set</source>
        <translation>评测集中的行</translation>
    </message>
    <message>
        <source>Removes rows that also stand in an evaluation set, so that it measures something new.</source>
        <translation>去掉评测集中也有的行，让评测衡量新的东西。</translation>
    </message>
    <message>
        <source>Duplicates</source>
        <translation>重复</translation>
    </message>
    <message>
        <source>Condition</source>
        <translation>条件</translation>
    </message>
    <message>
        <source>Keeps only, or removes, rows of which a condition is true, such as answer_chars &gt; 40 and language == &quot;en&quot;.</source>
        <translation>只保留或去掉满足条件的行，例如 answer_chars &gt; 40 and language == &quot;en&quot;。</translation>
    </message>
    <message>
        <source>HTML and boilerplate</source>
        <translation>HTML 与网页套话</translation>
    </message>
    <message>
        <source>Replaces HTML by plain text and removes menus, footers and cookie notices; code and Markdown stay.</source>
        <translation>把 HTML 换成纯文本，去掉菜单、页脚和 Cookie 提示；代码和 Markdown 保留。</translation>
    </message>
    <message>
        <source>Languages</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Keeps the rows in the languages that are listed; code, addresses and numbers do not count.</source>
        <translation>保留所列语言的行；代码、网址和数字不计。</translation>
    </message>
    <message>
        <source>Edited by hand</source>
        <translation>手工编辑</translation>
    </message>
    <message>
        <source>Changes and removes single rows, as they were edited in the list of rows.</source>
        <translation>按在行列表中的编辑更改或去掉单个行。</translation>
    </message>
    <message>
        <source>Near duplicates</source>
        <translation>近似重复</translation>
    </message>
    <message>
        <source>Removes rows that differ from an earlier row in a few words only (MinHash); the first one stays.</source>
        <translation>去掉与前面某行只差几个词的行（MinHash）；保留第一行。</translation>
    </message>
    <message>
        <source>Noise</source>
        <translation>噪声</translation>
    </message>
    <message>
        <source>Removes rows with too many symbols, repetitions or broken characters (after Rae et al., 2021); code does not count.</source>
        <translation>去掉符号、重复或乱码过多的行（参照 Rae 等，2021）；代码不计。</translation>
    </message>
    <message>
        <source>Pattern</source>
        <translation>模式</translation>
    </message>
    <message>
        <source>Removes, or keeps only, rows in whose texts a regular expression is found.</source>
        <translation>去掉或只保留文本中能找到某个正则表达式的行。</translation>
    </message>
    <message>
        <source>Personal data</source>
        <translation>个人信息</translation>
    </message>
    <message>
        <source>Replaces e-mail addresses, telephone, card and identity numbers; function calls stay as they are.</source>
        <translation>替换电子邮箱、电话、卡号和证件号码；函数调用保持不变。</translation>
    </message>
    <message>
        <source>Prompt format</source>
        <translation>提示格式</translation>
    </message>
    <message>
        <source>Gives conversations one form: system prompt, order of turns, no &apos;User:&apos; or &apos;Assistant:&apos; inside the texts.</source>
        <translation>统一对话的形式：系统提示、轮次顺序，文本中不留 “User:” 或 “Assistant:”。</translation>
    </message>
    <message>
        <source>Refusals</source>
        <translation>拒答</translation>
    </message>
    <message>
        <source>Removes rows whose answer is a refusal in English or Chinese, such as &apos;As an AI language model, I cannot&apos;.</source>
        <translation>去掉以中文或英文拒答的行，例如“作为一个人工智能语言模型，我不能”。</translation>
    </message>
    <message>
        <source>Sampling</source>
        <translation>抽样</translation>
    </message>
    <message>
        <source>Keeps a number or a share of the rows, drawn at random but the same for the same seed.</source>
        <translation>保留一定数量或比例的行；随机抽取，但种子相同结果就相同。</translation>
    </message>
    <message>
        <source>Removes rows with more characters, words or turns than a limit, before anything is tokenized.</source>
        <translation>在分词之前，去掉字符、词或轮次超过上限的行。</translation>
    </message>
    <message>
        <source>GGUF adapter</source>
        <translation>GGUF 适配器</translation>
    </message>
    <message>
        <source>The trained LoRA as a small GGUF file; llama.cpp adds it to the GGUF of the base model while loading.</source>
        <translation>把训练好的 LoRA 写成小的 GGUF 文件；llama.cpp 加载时把它叠加到基础模型的 GGUF 上。</translation>
    </message>
    <message>
        <source>LM Studio</source>
        <translation>LM Studio</translation>
    </message>
    <message>
        <source>A folder as LM Studio orders models; where it is installed the model is in its list afterwards.</source>
        <translation>按 LM Studio 的模型目录结构存放的文件夹；若已安装，之后模型会出现在其列表中。</translation>
    </message>
    <message>
        <source>Merged model, older files</source>
        <translation>合并模型（旧格式文件）</translation>
    </message>
    <message>
        <source>The same as pytorch_model.bin for programs that cannot read safetensors; choose it only when one asks for it.</source>
        <translation>内容相同，写为 pytorch_model.bin，供无法读取 safetensors 的程序使用；仅在有程序要求时选择。</translation>
    </message>
    <message>
        <source>Ollama</source>
        <translation>Ollama</translation>
    </message>
    <message>
        <source>A folder for Ollama: GGUF and Modelfile; where Ollama is installed the model is in its list afterwards.</source>
        <translation>供 Ollama 使用的文件夹：GGUF 和 Modelfile；若已安装 Ollama，之后模型会出现在其列表中。</translation>
    </message>
    <message>
        <source>ONNX</source>
        <translation>ONNX</translation>
    </message>
    <message>
        <source>A graph in float32 with its tokenizer for ONNX Runtime, with key-value cache; no Python needed to run it.</source>
        <translation>供 ONNX Runtime 使用的 float32 计算图及分词器，带键值缓存；运行时不需要 Python。</translation>
    </message>
    <message>
        <source>Mean rank that is left at the end.</source>
        <translation>最后剩下的平均秩。</translation>
    </message>
    <message>
        <source>Target rank</source>
        <translation>目标秩</translation>
    </message>
    <message>
        <source>Rank of every layer at the beginning.</source>
        <translation>开始时每层的秩。</translation>
    </message>
    <message>
        <source>First rank</source>
        <translation>初始秩</translation>
    </message>
    <message>
        <source>Strength of the adapter, divided by the rank.</source>
        <translation>适配器的强度，再除以秩。</translation>
    </message>
    <message>
        <source>Share of the adapter&apos;s inputs that is dropped.</source>
        <translation>适配器的输入中被丢弃的比例。</translation>
    </message>
    <message>
        <source>Share of the steps before any rank is taken away.</source>
        <translation>开始收回秩之前的步数比例。</translation>
    </message>
    <message>
        <source>First share</source>
        <translation>起始比例</translation>
    </message>
    <message>
        <source>Share of the steps with the final ranks.</source>
        <translation>使用最终秩的步数比例。</translation>
    </message>
    <message>
        <source>Last share</source>
        <translation>末尾比例</translation>
    </message>
    <message>
        <source>How often ranks are shared out anew.</source>
        <translation>多久重新分配一次秩。</translation>
    </message>
    <message>
        <source>Share out every</source>
        <translation>分配间隔</translation>
    </message>
    <message>
        <source>Weight of the penalty that keeps directions apart.</source>
        <translation>使各方向保持分开的惩罚项的权重。</translation>
    </message>
    <message>
        <source>Orthogonality</source>
        <translation>正交性</translation>
    </message>
    <message>
        <source>A step that is off changes nothing, and keeps its place and its options.</source>
        <translation>关闭的步骤不做任何更改，并保留其位置和选项。</translation>
    </message>
    <message>
        <source>On</source>
        <translation>启用</translation>
    </message>
    <message>
        <source>sentence: take the advertising sentence out of the text. row: remove the whole row. keep: do nothing.</source>
        <translation>sentence：从文本中去掉广告句。row：去掉整行。keep：不处理。</translation>
    </message>
    <message>
        <source>sentence</source>
        <translation>句子</translation>
    </message>
    <message>
        <source>row</source>
        <translation>整行</translation>
    </message>
    <message>
        <source>keep</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Advertisements</source>
        <translation>广告</translation>
    </message>
    <message>
        <source>Rows whose answers hold more are removed; empty: no limit.</source>
        <translation>回答中超过这个数量的行会被去掉；留空：不限。</translation>
    </message>
    <message>
        <source>Most web addresses</source>
        <translation>最多网址数</translation>
    </message>
    <message>
        <source>Largest share of an answer&apos;s characters that may be web addresses.</source>
        <translation>回答中网址所占字符的最大比例。</translation>
    </message>
    <message>
        <source>Share of web addresses</source>
        <translation>网址比例</translation>
    </message>
    <message>
        <source>remove: take them out of the texts; of a Markdown link its words stay. Code is left alone.</source>
        <translation>remove：从文本中去掉网址；Markdown 链接保留文字。代码不受影响。</translation>
    </message>
    <message>
        <source>remove</source>
        <translation>去掉</translation>
    </message>
    <message>
        <source>Web addresses</source>
        <translation>网址</translation>
    </message>
    <message>
        <source>A column of the file, or language, source, label, turns.</source>
        <translation>文件中的一列，或 language、source、label、turns。</translation>
    </message>
    <message>
        <source>Column</source>
        <translation>列</translation>
    </message>
    <message>
        <source>At most this many rows of each value; empty: as many as the rarest value has.</source>
        <translation>每个取值最多这么多行；留空：与最少的取值一样多。</translation>
    </message>
    <message>
        <source>Most rows of a value</source>
        <translation>每个取值最多行数</translation>
    </message>
    <message>
        <source>Another seed draws other rows.</source>
        <translation>不同的种子抽取不同的行。</translation>
    </message>
    <message>
        <source>Folder of the adapter, with adapter_config.json and adapter_model.safetensors.</source>
        <translation>适配器的文件夹，其中有 adapter_config.json 和 adapter_model.safetensors。</translation>
    </message>
    <message>
        <source>Cut them at the cutoff length, leave them out, or split them between turns (running text: anywhere).</source>
        <translation>在截断长度处截断、舍弃，或在轮次之间拆分（连续文本可在任意处拆分）。</translation>
    </message>
    <message>
        <source>split</source>
        <translation>拆分</translation>
    </message>
    <message>
        <source>One after the other, or drawn by weight: until the first file ends (under), until every file was seen whole (over, short ones repeat), or each row once.</source>
        <translation>依次连接，或按权重抽取：直到第一个文件用完（under），直到每个文件都完整出现（over，短的会重复），或每行一次。</translation>
    </message>
    <message>
        <source>concatenate</source>
        <translation>依次连接</translation>
    </message>
    <message>
        <source>interleave_under</source>
        <translation>交错（先完即止）</translation>
    </message>
    <message>
        <source>interleave_over</source>
        <translation>交错（全部用完）</translation>
    </message>
    <message>
        <source>interleave_once</source>
        <translation>交错（每行一次）</translation>
    </message>
    <message>
        <source>Several files</source>
        <translation>多个文件</translation>
    </message>
    <message>
        <source>sigmoid: DPO. hinge: SLiC (2305.10425). ipo: for clear-cut pairs (2310.12036). robust: for noisy pairs (2403.00409). dpo_norm: DPO by mean token. simpo (2405.14734) and orpo (2403.07691) need no start model.</source>
        <translation>sigmoid：DPO。hinge：SLiC（2305.10425）。ipo：用于明确的偏好对（2310.12036）。robust：用于有噪声的偏好对（2403.00409）。dpo_norm：按 token 平均的 DPO。simpo（2405.14734）和 orpo（2403.07691）不需要起始模型。</translation>
    </message>
    <message>
        <source>sigmoid</source>
        <translation>sigmoid</translation>
    </message>
    <message>
        <source>hinge</source>
        <translation>hinge</translation>
    </message>
    <message>
        <source>ipo</source>
        <translation>ipo</translation>
    </message>
    <message>
        <source>robust</source>
        <translation>robust</translation>
    </message>
    <message>
        <source>dpo_norm</source>
        <translation>dpo_norm</translation>
    </message>
    <message>
        <source>simpo</source>
        <translation>simpo</translation>
    </message>
    <message>
        <source>orpo</source>
        <translation>orpo</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>How firmly the model is held to where it began; SimPO wants 2 to 10, ORPO about 0.1.</source>
        <translation>模型被约束在起点附近的程度；SimPO 宜取 2 到 10，ORPO 约 0.1。</translation>
    </message>
    <message>
        <source>Beta</source>
        <translation>Beta</translation>
    </message>
    <message>
        <source>Probability that a pair is labelled the wrong way round (cDPO; with robust: robust DPO).</source>
        <translation>偏好对标反的概率（cDPO；选 robust 时为 robust DPO）。</translation>
    </message>
    <message>
        <source>Label smoothing</source>
        <translation>标签平滑</translation>
    </message>
    <message>
        <source>How far apart SimPO wants the two answers to be.</source>
        <translation>SimPO 希望两个回答相差多远。</translation>
    </message>
    <message>
        <source>SimPO margin</source>
        <translation>SimPO 间隔</translation>
    </message>
    <message>
        <source>Adds this share of the chosen answer&apos;s cross-entropy, which keeps it from becoming less probable.</source>
        <translation>加上所选回答的交叉熵乘以这个比例，避免它的概率下降。</translation>
    </message>
    <message>
        <source>Weight of the chosen answer</source>
        <translation>所选回答的权重</translation>
    </message>
    <message>
        <source>Rows whose answers have fewer words are removed; a Chinese or Japanese character is a word.</source>
        <translation>回答的词数少于此数的行会被去掉；一个汉字或日文字符算一个词。</translation>
    </message>
    <message>
        <source>Fewest words</source>
        <translation>最少词数</translation>
    </message>
    <message>
        <source>Rows whose questions have fewer words are removed.</source>
        <translation>问题的词数少于此数的行会被去掉。</translation>
    </message>
    <message>
        <source>Shortest prompt</source>
        <translation>最短提示</translation>
    </message>
    <message>
        <source>Who speaks.</source>
        <translation>由谁说。</translation>
    </message>
    <message>
        <source>system</source>
        <translation>系统</translation>
    </message>
    <message>
        <source>user</source>
        <translation>用户</translation>
    </message>
    <message>
        <source>assistant</source>
        <translation>助手</translation>
    </message>
    <message>
        <source>tool</source>
        <translation>工具</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>角色</translation>
    </message>
    <message>
        <source>What is said.</source>
        <translation>所说的内容。</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>As the row has them.</source>
        <translation>与该行中的一致。</translation>
    </message>
    <message>
        <source>Function calls</source>
        <translation>函数调用</translation>
    </message>
    <message>
        <source>A dataset file of any known format.</source>
        <translation>任何已知格式的数据集文件。</translation>
    </message>
    <message>
        <source>Evaluation file</source>
        <translation>评测文件</translation>
    </message>
    <message>
        <source>near: nearly the same words. exact: the same words, whatever their case and punctuation.</source>
        <translation>near：几乎相同的词。exact：相同的词，不计大小写和标点。</translation>
    </message>
    <message>
        <source>near</source>
        <translation>近似</translation>
    </message>
    <message>
        <source>exact</source>
        <translation>完全相同</translation>
    </message>
    <message>
        <source>Match</source>
        <translation>匹配</translation>
    </message>
    <message>
        <source>prompt: the same questions are enough. conversation: questions and answers must both be alike.</source>
        <translation>prompt：问题相同即可。conversation：问题和回答都要相似。</translation>
    </message>
    <message>
        <source>Share of word pairs in common, for near matches.</source>
        <translation>近似匹配时共有的相邻词对比例。</translation>
    </message>
    <message>
        <source>Similarity</source>
        <translation>相似度</translation>
    </message>
    <message>
        <source>conversation: questions and answers must both repeat, rejected ones and verdicts too. prompt: the same questions are enough.</source>
        <translation>conversation：问题和回答都要重复，被拒回答和评判也算。prompt：问题相同即可。</translation>
    </message>
    <message>
        <source>Names: columns of the file (column(&quot;any name&quot;)), prompt, answer, chars, prompt_chars, answer_chars, words, turns, language, label, source, line. Compare with == != &lt; &gt; in, join with and, or, not. Empty: all stay.</source>
        <translation>可用名称：文件的列（column(&quot;任意名称&quot;)）、prompt、answer、chars、prompt_chars、answer_chars、words、turns、language、label、source、line。用 == != &lt; &gt; in 比较，用 and、or、not 连接。留空：全部保留。</translation>
    </message>
    <message>
        <source>keep only them, or remove them.</source>
        <translation>只保留这些行，或去掉它们。</translation>
    </message>
    <message>
        <source>Rows of which it is true</source>
        <translation>满足条件的行</translation>
    </message>
    <message>
        <source>This many of the last blocks are trained; a negative number takes the first ones.</source>
        <translation>训练最后这么多块；负数表示最前面的块。</translation>
    </message>
    <message>
        <source>Trained blocks</source>
        <translation>训练的块数</translation>
    </message>
    <message>
        <source>Numbers of the trained blocks, from 0; used instead of their count.</source>
        <translation>要训练的块的编号，从 0 开始；代替数量使用。</translation>
    </message>
    <message>
        <source>Named blocks</source>
        <translation>指定的块</translation>
    </message>
    <message>
        <source>all: the whole block. Otherwise parts of names, with commas, e.g. mlp, self_attn.</source>
        <translation>all：整个块。否则填写名称的一部分，用逗号分隔，例如 mlp, self_attn。</translation>
    </message>
    <message>
        <source>Trained modules</source>
        <translation>训练的模块</translation>
    </message>
    <message>
        <source>Modules outside the blocks, with commas, e.g. embed_tokens, lm_head, norm.</source>
        <translation>块之外的模块，用逗号分隔，例如 embed_tokens, lm_head, norm。</translation>
    </message>
    <message>
        <source>Also train</source>
        <translation>另外训练</translation>
    </message>
    <message>
        <source>How often the model answers each question of a step.</source>
        <translation>每一步中模型对每个问题回答的次数。</translation>
    </message>
    <message>
        <source>Answers to a question</source>
        <translation>每个问题的回答数</translation>
    </message>
    <message>
        <source>An answer that has not ended by then is cut off there.</source>
        <translation>到此仍未结束的回答会被截断。</translation>
    </message>
    <message>
        <source>Longest answer</source>
        <translation>最长回答</translation>
    </message>
    <message>
        <source>What an answer is worth that says exactly the dataset&apos;s own answer, white space aside; 0: nothing.</source>
        <translation>回答与数据集自身的回答完全一致（忽略空白）时的得分；0：无。</translation>
    </message>
    <message>
        <source>Reward: the wanted answer</source>
        <translation>奖励：所需回答</translation>
    </message>
    <message>
        <source>What an answer is worth in which the dataset&apos;s own answer stands somewhere.</source>
        <translation>回答中某处包含数据集自身回答时的得分。</translation>
    </message>
    <message>
        <source>Reward: holds the wanted answer</source>
        <translation>奖励：包含所需回答</translation>
    </message>
    <message>
        <source>What an answer is worth whose last number is the last number of the dataset&apos;s own answer, as in sums.</source>
        <translation>回答的最后一个数字与数据集自身回答的最后一个数字相同时的得分，例如算术题。</translation>
    </message>
    <message>
        <source>Reward: the wanted number</source>
        <translation>奖励：所需数字</translation>
    </message>
    <message>
        <source>What an answer is worth that is one JSON object or list and nothing else.</source>
        <translation>回答是一个 JSON 对象或列表且别无其他内容时的得分。</translation>
    </message>
    <message>
        <source>Reward: valid JSON</source>
        <translation>奖励：有效 JSON</translation>
    </message>
    <message>
        <source>What an answer of the length below is worth; less the further it is from it, nothing at twice the length.</source>
        <translation>回答长度等于下面的长度时的得分；偏离越远得分越低，达到两倍长度时为零。</translation>
    </message>
    <message>
        <source>Reward: length</source>
        <translation>奖励：长度</translation>
    </message>
    <message>
        <source>The length that the reward for it is highest at.</source>
        <translation>长度奖励最高时的长度。</translation>
    </message>
    <message>
        <source>Length to aim at</source>
        <translation>目标长度</translation>
    </message>
    <message>
        <source>A regular expression that is looked for in an answer, for example ^Answer: \d+$; empty: none.</source>
        <translation>在回答中查找的正则表达式，例如 ^Answer: \d+$；留空：无。</translation>
    </message>
    <message>
        <source>What an answer is worth in which the pattern is found.</source>
        <translation>回答中找到该表达式时的得分。</translation>
    </message>
    <message>
        <source>Reward: the pattern</source>
        <translation>奖励：表达式</translation>
    </message>
    <message>
        <source>A reward of your own, from answer, wanted, prompt and answer_chars, for example (wanted in answer) - 0.001 * answer_chars; empty: none.</source>
        <translation>您自己的奖励，由 answer、wanted、prompt 和 answer_chars 计算，例如 (wanted in answer) - 0.001 * answer_chars；留空：无。</translation>
    </message>
    <message>
        <source>Rule</source>
        <translation>规则</translation>
    </message>
    <message>
        <source>What the number that the rule gives is multiplied by.</source>
        <translation>规则给出的数值所乘的系数。</translation>
    </message>
    <message>
        <source>Reward: the rule</source>
        <translation>奖励：规则</translation>
    </message>
    <message>
        <source>A column of the dataset that holds the wanted answer; empty: the dataset&apos;s own answer.</source>
        <translation>数据集中存放所需回答的列；留空：数据集自身的回答。</translation>
    </message>
    <message>
        <source>Column of the wanted answer</source>
        <translation>所需回答的列</translation>
    </message>
    <message>
        <source>A Python file with a function reward(prompt, completion, row) that returns a number, as TRL&apos;s reward_funcs; it runs once you have allowed its code. Empty: none.</source>
        <translation>一个 Python 文件，其中的函数 reward(prompt, completion, row) 返回一个数值，与 TRL 的 reward_funcs 相同；在你允许其代码后运行。留空：不使用。</translation>
    </message>
    <message>
        <source>Reward function</source>
        <translation>奖励函数</translation>
    </message>
    <message>
        <source>What the number that the function gives is multiplied by.</source>
        <translation>函数给出的数值乘以这个系数。</translation>
    </message>
    <message>
        <source>Reward: the reward function</source>
        <translation>奖励：奖励函数</translation>
    </message>
    <message>
        <source>Folder of a run that trained a reward model, or of a merged one; its score is added. Empty: none.</source>
        <translation>训练了奖励模型的运行的文件夹，或合并后奖励模型的文件夹；加上其分数。留空：无。</translation>
    </message>
    <message>
        <source>What the score of the reward model is multiplied by.</source>
        <translation>奖励模型分数所乘的系数。</translation>
    </message>
    <message>
        <source>Reward: the reward model</source>
        <translation>奖励：奖励模型</translation>
    </message>
    <message>
        <source>How firmly the model is held to where it began; 0: not at all, which saves a forward pass.</source>
        <translation>模型被约束在起点附近的强度；0：不约束，可省去一次前向计算。</translation>
    </message>
    <message>
        <source>grpo: every answer counts the same. dr_grpo: by the longest answer, so that length does not pay (2503.20783). dapo: every token counts the same (2503.14476).</source>
        <translation>grpo：每个回答权重相同。dr_grpo：除以最长回答的长度，使长度不占便宜（2503.20783）。dapo：每个 token 权重相同（2503.14476）。</translation>
    </message>
    <message>
        <source>grpo</source>
        <translation>grpo</translation>
    </message>
    <message>
        <source>dr_grpo</source>
        <translation>dr_grpo</translation>
    </message>
    <message>
        <source>dapo</source>
        <translation>dapo</translation>
    </message>
    <message>
        <source>Divide by how far the rewards of a question&apos;s answers differ; Dr. GRPO (2503.20783) does not.</source>
        <translation>除以同一问题各回答奖励的差异程度；Dr. GRPO（2503.20783）不这样做。</translation>
    </message>
    <message>
        <source>Scale by spread</source>
        <translation>按差异缩放</translation>
    </message>
    <message>
        <source>How often the same answers are learnt from before new ones are given.</source>
        <translation>在生成新回答之前，从同一批回答学习多少次。</translation>
    </message>
    <message>
        <source>Updates a step</source>
        <translation>每步更新次数</translation>
    </message>
    <message>
        <source>A token whose probability has fallen by this share within a step falls no further.</source>
        <translation>概率在一步内下降了这一比例的 token 不再继续下降。</translation>
    </message>
    <message>
        <source>Clip below</source>
        <translation>下截断</translation>
    </message>
    <message>
        <source>A token whose probability has risen by this share within a step rises no further; 0.28 in DAPO (2503.14476).</source>
        <translation>概率在一步内上升了这一比例的 token 不再继续上升；DAPO 中为 0.28（2503.14476）。</translation>
    </message>
    <message>
        <source>Clip above</source>
        <translation>上截断</translation>
    </message>
    <message>
        <source>Weigh the divergence of a token by how much likelier it has become, so that its gradient is unbiased (2512.02556).</source>
        <translation>按 token 概率增大的程度为其散度加权，使梯度无偏（2512.02556）。</translation>
    </message>
    <message>
        <source>Unbiased divergence</source>
        <translation>无偏散度</translation>
    </message>
    <message>
        <source>Turn markup into paragraphs, lists and code blocks. Leave it off if the answers are to contain HTML.</source>
        <translation>把标记转换为段落、列表和代码块。若回答应包含 HTML，请关闭。</translation>
    </message>
    <message>
        <source>HTML tags</source>
        <translation>HTML 标签</translation>
    </message>
    <message>
        <source>Remove menus, footers and forms of pages, and lines such as &apos;All rights reserved&apos; or &apos;Read more&apos;.</source>
        <translation>去掉网页的菜单、页脚和表单，以及“版权所有”“阅读更多”之类的行。</translation>
    </message>
    <message>
        <source>Boilerplate</source>
        <translation>网页套话</translation>
    </message>
    <message>
        <source>auto: what makes keys and values, and the second half of the feed-forward part. Otherwise names.</source>
        <translation>auto：产生键和值的部分，以及前馈部分的后一半。否则填写名称。</translation>
    </message>
    <message>
        <source>Scaled modules</source>
        <translation>缩放的模块</translation>
    </message>
    <message>
        <source>Those of the modules that are scaled at their input: the second half of the feed-forward part.</source>
        <translation>其中在输入处缩放的模块：前馈部分的后一半。</translation>
    </message>
    <message>
        <source>Scaled at the input</source>
        <translation>在输入处缩放</translation>
    </message>
    <message>
        <source>How firmly the model is held to where it began.</source>
        <translation>模型被约束在起点附近的程度。</translation>
    </message>
    <message>
        <source>Where good and bad answers are unevenly many, good ones times this and bad ones times the other weight should be about equally many.</source>
        <translation>好坏回答数量不均时，好回答数乘以此权重应与坏回答数乘以另一权重大致相等。</translation>
    </message>
    <message>
        <source>Weight of good answers</source>
        <translation>好回答的权重</translation>
    </message>
    <message>
        <source>See the weight of good answers.</source>
        <translation>参见好回答的权重。</translation>
    </message>
    <message>
        <source>Weight of bad answers</source>
        <translation>坏回答的权重</translation>
    </message>
    <message>
        <source>Codes of the languages to keep, such as en, zh, ja, de, fr, es, ru.</source>
        <translation>要保留的语言代码，例如 en、zh、ja、de、fr、es、ru。</translation>
    </message>
    <message>
        <source>any: questions and answers, together. prompt: the questions only. answer: the answers only.</source>
        <translation>any：问题和回答一起看。prompt：只看问题。answer：只看回答。</translation>
    </message>
    <message>
        <source>any</source>
        <translation>任意</translation>
    </message>
    <message>
        <source>answer</source>
        <translation>回答</translation>
    </message>
    <message>
        <source>Look at</source>
        <translation>查看</translation>
    </message>
    <message>
        <source>Keep rows of too few words to tell the language, and rows that are code or formulas.</source>
        <translation>保留词太少而无法判断语言的行，以及内容是代码或公式的行。</translation>
    </message>
    <message>
        <source>Keep what cannot be told</source>
        <translation>保留无法判断的</translation>
    </message>
    <message>
        <source>How many blocks are added, evenly between the old ones; must divide their number.</source>
        <translation>加入多少块，均匀插在原有块之间；必须整除原有块数。</translation>
    </message>
    <message>
        <source>New blocks</source>
        <translation>新块数</translation>
    </message>
    <message>
        <source>Width of each of the four thin matrices.</source>
        <translation>四个细矩阵各自的宽度。</translation>
    </message>
    <message>
        <source>Share of the rows that is dropped in a step.</source>
        <translation>每步中被丢弃的行的比例。</translation>
    </message>
    <message>
        <source>Rank dropout</source>
        <translation>秩丢弃</translation>
    </message>
    <message>
        <source>How often a whole layer&apos;s adapter is left out.</source>
        <translation>整层适配器被略去的频率。</translation>
    </message>
    <message>
        <source>Module dropout</source>
        <translation>模块丢弃</translation>
    </message>
    <message>
        <source>Width of the thin matrices of the larger factor.</source>
        <translation>较大因子的细矩阵的宽度。</translation>
    </message>
    <message>
        <source>Side of the smaller of the two factors; -1 takes the most even split.</source>
        <translation>两个因子中较小者的边长；-1 取最均匀的分解。</translation>
    </message>
    <message>
        <source>Factor</source>
        <translation>因子</translation>
    </message>
    <message>
        <source>Make the smaller factor from thin matrices as well.</source>
        <translation>较小的因子也由细矩阵构成。</translation>
    </message>
    <message>
        <source>Split both</source>
        <translation>两者都分解</translation>
    </message>
    <message>
        <source>Keep A as it was drawn and learn only B (Zhang et al., 2023): half the trained weights, less memory.</source>
        <translation>A 保持抽取时的值，只学习 B（Zhang 等，2023）：训练权重减半，内存更少。</translation>
    </message>
    <message>
        <source>LoRA-FA</source>
        <translation>LoRA-FA</translation>
    </message>
    <message>
        <source>pissa starts from the principal directions of each weight (Meng et al., 2024), olora from an orthonormal basis of it (Büyükakyüz, 2024), loftq from what quantization lost (Li et al., 2023).</source>
        <translation>pissa 从每个权重的主方向开始（Meng 等，2024），olora 从其标准正交基开始（Büyükakyüz，2024），loftq 从量化损失的部分开始（Li 等，2023）。</translation>
    </message>
    <message>
        <source>orthogonal</source>
        <translation>正交</translation>
    </message>
    <message>
        <source>olora</source>
        <translation>olora</translation>
    </message>
    <message>
        <source>loftq</source>
        <translation>loftq</translation>
    </message>
    <message>
        <source>Modules that are trained whole beside the adapter and saved with it, e.g. embed_tokens, lm_head.</source>
        <translation>与适配器一起完整训练并保存的模块，例如 embed_tokens, lm_head。</translation>
    </message>
    <message>
        <source>One entry for each row that was edited or taken out.</source>
        <translation>每个被编辑或去掉的行一项。</translation>
    </message>
    <message>
        <source>Edits</source>
        <translation>编辑</translation>
    </message>
    <message>
        <source>fp4</source>
        <translation>fp4</translation>
    </message>
    <message>
        <source>Also hold the scales of a 4-bit base in 8 bits: saves about 0.4 bits a weight (Dettmers et al., 2023).</source>
        <translation>把 4 位基础模型的缩放系数也存为 8 位：每个权重约省 0.4 位（Dettmers 等，2023）。</translation>
    </message>
    <message>
        <source>Double quantization</source>
        <translation>双重量化</translation>
    </message>
    <message>
        <source>Stretches the positions, so that the model reads further than it was made for; train it with long examples then. YaRN keeps most of what short texts need; dynamic goes by the longest text of each batch.</source>
        <translation>拉伸位置编码，使模型能读得比原先设计更长；之后请用长样本训练。YaRN 最能保持短文本的效果；dynamic 取决于每批中最长的文本。</translation>
    </message>
    <message>
        <source>dynamic</source>
        <translation>dynamic</translation>
    </message>
    <message>
        <source>yarn</source>
        <translation>yarn</translation>
    </message>
    <message>
        <source>llama3</source>
        <translation>llama3</translation>
    </message>
    <message>
        <source>RoPE scaling</source>
        <translation>RoPE 缩放</translation>
    </message>
    <message>
        <source>How many times further than it was made for the model shall read. Counts with RoPE scaling only.</source>
        <translation>模型应读到原先设计长度的多少倍。仅在使用 RoPE 缩放时有效。</translation>
    </message>
    <message>
        <source>RoPE factor</source>
        <translation>RoPE 系数</translation>
    </message>
    <message>
        <source>conversation: questions and answers together. prompt: the questions. answer: the answers.</source>
        <translation>conversation：问题和回答一起看。prompt：问题。answer：回答。</translation>
    </message>
    <message>
        <source>Share of word pairs that two rows must have in common: 0.7 finds copies in which one word of twelve was changed. Lower values find more, and sooner or later rows that only look alike.</source>
        <translation>两行必须共有的相邻词对比例：0.7 能找到十二个词中改动一个的副本。值越低找到越多，最终会包括只是看起来相似的行。</translation>
    </message>
    <message>
        <source>Shorter texts are left alone: two short answers may well be the same.</source>
        <translation>更短的文本不处理：两个简短的回答完全可能相同。</translation>
    </message>
    <message>
        <source>Shortest text</source>
        <translation>最短文本</translation>
    </message>
    <message>
        <source>any: questions and answers. prompt: the questions only. answer: the answers only.</source>
        <translation>any：问题和回答。prompt：只看问题。answer：只看回答。</translation>
    </message>
    <message>
        <source>Largest share of characters that only a wrong decoding leaves, such as � or 锟斤拷.</source>
        <translation>只有错误解码才会留下的字符（如 � 或 锟斤拷）的最大比例。</translation>
    </message>
    <message>
        <source>Broken characters</source>
        <translation>乱码</translation>
    </message>
    <message>
        <source>Largest share of characters that are neither letters, digits, blanks nor usual punctuation.</source>
        <translation>既不是字母、数字、空白也不是常用标点的字符的最大比例。</translation>
    </message>
    <message>
        <source>Symbols</source>
        <translation>符号</translation>
    </message>
    <message>
        <source>Largest share of words without a letter, such as numbers; checked from the fewest words below on.</source>
        <translation>不含字母的词（如数字）的最大比例；从下面的最少词数起检查。</translation>
    </message>
    <message>
        <source>Words without letters</source>
        <translation>不含字母的词</translation>
    </message>
    <message>
        <source>Longest run of one letter or sign; rules, tables and numbers do not count.</source>
        <translation>同一字母或符号连续出现的最大长度；分隔线、表格和数字不计。</translation>
    </message>
    <message>
        <source>Same character in a row</source>
        <translation>连续相同字符</translation>
    </message>
    <message>
        <source>Largest share of characters in lines that occurred before.</source>
        <translation>重复出现过的行所占字符的最大比例。</translation>
    </message>
    <message>
        <source>Repeated lines</source>
        <translation>重复的行</translation>
    </message>
    <message>
        <source>Largest share of lines that end with dots.</source>
        <translation>以省略号结尾的行的最大比例。</translation>
    </message>
    <message>
        <source>Lines that break off</source>
        <translation>中断的行</translation>
    </message>
    <message>
        <source>Largest share of words in the commonest pair.</source>
        <translation>最常见的两词组合所占词的最大比例。</translation>
    </message>
    <message>
        <source>Commonest two words</source>
        <translation>最常见的两词</translation>
    </message>
    <message>
        <source>Largest share of words in the commonest four in a row.</source>
        <translation>最常见的连续四词所占词的最大比例。</translation>
    </message>
    <message>
        <source>Commonest four words</source>
        <translation>最常见的四词</translation>
    </message>
    <message>
        <source>Largest share of words in runs of ten words that occurred before.</source>
        <translation>重复出现的十词片段所占词的最大比例。</translation>
    </message>
    <message>
        <source>Repeated phrases</source>
        <translation>重复的片段</translation>
    </message>
    <message>
        <source>In shorter texts neither repeated words nor words without letters are looked at.</source>
        <translation>更短的文本不检查重复词和不含字母的词。</translation>
    </message>
    <message>
        <source>Width of the rotated blocks; made smaller where it does not divide a layer&apos;s width.</source>
        <translation>旋转块的宽度；若不能整除某层的宽度则会变小。</translation>
    </message>
    <message>
        <source>Block size</source>
        <translation>块大小</translation>
    </message>
    <message>
        <source>Share of the blocks that stay unturned in a step.</source>
        <translation>每步中保持不转动的块的比例。</translation>
    </message>
    <message>
        <source>Compute rotations by a short series instead of an inverse: much faster, nearly exact.</source>
        <translation>用短级数代替求逆来计算旋转：快得多，几乎精确。</translation>
    </message>
    <message>
        <source>Cayley-Neumann series</source>
        <translation>Cayley-Neumann 级数</translation>
    </message>
    <message>
        <source>Keep every rotation within a small distance of none at all.</source>
        <translation>使每个旋转都与“不旋转”相差很小。</translation>
    </message>
    <message>
        <source>Constrained</source>
        <translation>受约束</translation>
    </message>
    <message>
        <source>That distance; only with the constraint.</source>
        <translation>该距离；仅在受约束时有效。</translation>
    </message>
    <message>
        <source>Constraint</source>
        <translation>约束</translation>
    </message>
    <message>
        <source>One rotation for all blocks of a layer: still fewer weights.</source>
        <translation>一层的所有块共用一个旋转：权重更少。</translation>
    </message>
    <message>
        <source>Share blocks</source>
        <translation>共用块</translation>
    </message>
    <message>
        <source>AdamW suits nearly everything. 8-bit forms, Adafactor and SGD keep less state in memory; Lion wants a third of the learning rate; Muon is for matrices, the rest goes to AdamW.</source>
        <translation>AdamW 几乎适合一切。8 位形式、Adafactor 和 SGD 占用的状态内存较少；Lion 的学习率宜取三分之一；Muon 用于矩阵，其余用 AdamW。</translation>
    </message>
    <message>
        <source>adamw_8bit</source>
        <translation>adamw_8bit</translation>
    </message>
    <message>
        <source>paged_adamw_8bit</source>
        <translation>paged_adamw_8bit</translation>
    </message>
    <message>
        <source>lion</source>
        <translation>lion</translation>
    </message>
    <message>
        <source>lion_8bit</source>
        <translation>lion_8bit</translation>
    </message>
    <message>
        <source>adafactor</source>
        <translation>adafactor</translation>
    </message>
    <message>
        <source>muon</source>
        <translation>muon</translation>
    </message>
    <message>
        <source>nadam</source>
        <translation>nadam</translation>
    </message>
    <message>
        <source>radam</source>
        <translation>radam</translation>
    </message>
    <message>
        <source>schedule_free_adamw</source>
        <translation>schedule_free_adamw</translation>
    </message>
    <message>
        <source>Length of the trained prompt. More can say more, and take their part of the context.</source>
        <translation>所训练提示的长度。越长表达越多，也占用越多上下文。</translation>
    </message>
    <message>
        <source>Virtual tokens</source>
        <translation>虚拟 token</translation>
    </message>
    <message>
        <source>What makes the virtual tokens: an MLP, or an LSTM.</source>
        <translation>产生虚拟 token 的网络：MLP 或 LSTM。</translation>
    </message>
    <message>
        <source>mlp</source>
        <translation>mlp</translation>
    </message>
    <message>
        <source>lstm</source>
        <translation>lstm</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>网络</translation>
    </message>
    <message>
        <source>Width of the network that makes the tokens.</source>
        <translation>产生 token 的网络的宽度。</translation>
    </message>
    <message>
        <source>Network width</source>
        <translation>网络宽度</translation>
    </message>
    <message>
        <source>Layers of the LSTM.</source>
        <translation>LSTM 的层数。</translation>
    </message>
    <message>
        <source>Network layers</source>
        <translation>网络层数</translation>
    </message>
    <message>
        <source>Dropout between the layers of the LSTM.</source>
        <translation>LSTM 各层之间的丢弃率。</translation>
    </message>
    <message>
        <source>Network dropout</source>
        <translation>网络丢弃</translation>
    </message>
    <message>
        <source>For example \bTODO\b, or ^\s*https?://\S+\s*$ for a line that is a web address. Empty: nothing is removed.</source>
        <translation>例如 \bTODO\b，或用 ^\s*https?://\S+\s*$ 表示整行是网址。留空：不去掉任何内容。</translation>
    </message>
    <message>
        <source>Regular expression</source>
        <translation>正则表达式</translation>
    </message>
    <message>
        <source>remove them, or keep only them.</source>
        <translation>去掉它们，或只保留它们。</translation>
    </message>
    <message>
        <source>Rows with it</source>
        <translation>匹配的行</translation>
    </message>
    <message>
        <source>any turn, those of the prompt, or the answers only.</source>
        <translation>any：任意轮次；prompt：提示的轮次；answer：只看回答。</translation>
    </message>
    <message>
        <source>A pattern that needs longer for one text ends the cleaning with an error.</source>
        <translation>若某个模式处理一段文本超过此时间，清洗会报错结束。</translation>
    </message>
    <message>
        <source>Time for a row</source>
        <translation>每行时限</translation>
    </message>
    <message>
        <source>name@example.com</source>
        <translation>name@example.com</translation>
    </message>
    <message>
        <source>E-mail addresses</source>
        <translation>电子邮箱</translation>
    </message>
    <message>
        <source>International ones, and those of the countries below.</source>
        <translation>国际号码，以及下列国家的号码。</translation>
    </message>
    <message>
        <source>Telephone numbers</source>
        <translation>电话号码</translation>
    </message>
    <message>
        <source>Of credit and bank cards, if their check digit is right.</source>
        <translation>校验位正确的信用卡和银行卡号码。</translation>
    </message>
    <message>
        <source>Card numbers</source>
        <translation>卡号</translation>
    </message>
    <message>
        <source>Of China (18 digits), the United States, Britain, Spain and France; check digits are checked.</source>
        <translation>中国（18 位）、美国、英国、西班牙和法国的证件号；会检查校验位。</translation>
    </message>
    <message>
        <source>Identity numbers</source>
        <translation>证件号码</translation>
    </message>
    <message>
        <source>Of computers, IPv4 and IPv6; 127.0.0.1 stays.</source>
        <translation>计算机的 IPv4 和 IPv6 地址；127.0.0.1 保留。</translation>
    </message>
    <message>
        <source>IP addresses</source>
        <translation>IP 地址</translation>
    </message>
    <message>
        <source>Codes of the countries whose way to write telephone numbers is known; +numbers are found everywhere.</source>
        <translation>已知其电话写法的国家代码；以 + 开头的号码随处都能识别。</translation>
    </message>
    <message>
        <source>Countries</source>
        <translation>国家</translation>
    </message>
    <message>
        <source>What stands instead; {kind} becomes EMAIL, PHONE, CARD, ID or IP.</source>
        <translation>替换后的内容；{kind} 会变成 EMAIL、PHONE、CARD、ID 或 IP。</translation>
    </message>
    <message>
        <source>Placeholder</source>
        <translation>占位文字</translation>
    </message>
    <message>
        <source>Width of the network that makes the prefix.</source>
        <translation>产生前缀的网络的宽度。</translation>
    </message>
    <message>
        <source>fill: rows without one get the prompt below. replace: every row gets it. remove: no row keeps one.</source>
        <translation>fill：没有系统提示的行使用下面的提示。replace：每行都使用。remove：全部去掉。</translation>
    </message>
    <message>
        <source>fill</source>
        <translation>补充</translation>
    </message>
    <message>
        <source>replace</source>
        <translation>替换</translation>
    </message>
    <message>
        <source>System prompt</source>
        <translation>系统提示</translation>
    </message>
    <message>
        <source>What fill and replace put there; replacing by nothing removes.</source>
        <translation>补充和替换时使用的内容；用空内容替换即为去掉。</translation>
    </message>
    <message>
        <source>The prompt</source>
        <translation>提示内容</translation>
    </message>
    <message>
        <source>Take &apos;User:&apos;, &apos;### Response:&apos;, &apos;&lt;|im_end|&gt;&apos; and the like from the ends of turns; also &apos;Q:&apos; and &apos;A:&apos; where both stand.</source>
        <translation>去掉轮次首尾的 “User:”“### Response:”“&lt;|im_end|&gt;” 之类；“Q:” 与 “A:” 同时出现时也去掉。</translation>
    </message>
    <message>
        <source>Remove role markers</source>
        <translation>去掉角色标记</translation>
    </message>
    <message>
        <source>Join turns of one side that follow each other, and put system prompts first. Preference pairs keep their turns.</source>
        <translation>合并同一方相连的轮次，并把系统提示放在最前。偏好对的轮次保持不变。</translation>
    </message>
    <message>
        <source>Order of turns</source>
        <translation>轮次顺序</translation>
    </message>
    <message>
        <source>Leave out what the model says before the first question, and questions at the end that nobody answers.</source>
        <translation>去掉模型在第一个问题之前说的话，以及末尾无人回答的问题。</translation>
    </message>
    <message>
        <source>Whole exchanges only</source>
        <translation>只留完整问答</translation>
    </message>
    <message>
        <source>random numbers, the embeddings of your own text, or those of random tokens.</source>
        <translation>随机数、您自己文本的嵌入，或随机 token 的嵌入。</translation>
    </message>
    <message>
        <source>random</source>
        <translation>随机</translation>
    </message>
    <message>
        <source>text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>vocabulary</source>
        <translation>词表</translation>
    </message>
    <message>
        <source>Text that the virtual tokens begin as, repeated or cut to their number; for text initialisation.</source>
        <translation>虚拟 token 的起始文本，按数量重复或截断；用于文本初始化。</translation>
    </message>
    <message>
        <source>First text</source>
        <translation>起始文本</translation>
    </message>
    <message>
        <source>How firmly the model is held to where it began: taken off the reward of each token that it made likelier.</source>
        <translation>模型被约束在起点附近的强度：从每个概率增大的 token 的奖励中扣除。</translation>
    </message>
    <message>
        <source>Weight of the divergence</source>
        <translation>散度权重</translation>
    </message>
    <message>
        <source>adaptive: the weight rises and falls so that the divergence of an answer nears the target (1909.08593). fixed: the weight stays.</source>
        <translation>adaptive：权重升降，使一个回答的散度接近目标（1909.08593）。fixed：权重不变。</translation>
    </message>
    <message>
        <source>adaptive</source>
        <translation>自适应</translation>
    </message>
    <message>
        <source>fixed</source>
        <translation>固定</translation>
    </message>
    <message>
        <source>Control of the divergence</source>
        <translation>散度控制</translation>
    </message>
    <message>
        <source>Of a whole answer, from the model before training.</source>
        <translation>整个回答相对训练前模型的散度。</translation>
    </message>
    <message>
        <source>Divergence to aim at</source>
        <translation>目标散度</translation>
    </message>
    <message>
        <source>In how many answers the weight may change by a fifth.</source>
        <translation>在多少个回答内权重可变化五分之一。</translation>
    </message>
    <message>
        <source>Horizon of the control</source>
        <translation>控制的时间尺度</translation>
    </message>
    <message>
        <source>What a later token&apos;s reward counts, for each token between.</source>
        <translation>之后 token 的奖励，每隔一个 token 所打的折扣。</translation>
    </message>
    <message>
        <source>Discount</source>
        <translation>折扣</translation>
    </message>
    <message>
        <source>1: by what came of it; 0: by what was expected of the next token (1506.02438).</source>
        <translation>1：按实际结果；0：按对下一个 token 的预期（1506.02438）。</translation>
    </message>
    <message>
        <source>GAE lambda</source>
        <translation>GAE lambda</translation>
    </message>
    <message>
        <source>A token whose probability has changed by this share within a step changes no further.</source>
        <translation>概率在一步内变化了这一比例的 token 不再继续变化。</translation>
    </message>
    <message>
        <source>Clip</source>
        <translation>截断</translation>
    </message>
    <message>
        <source>How far an expectation moves within a step.</source>
        <translation>预期值在一步内最多移动多远。</translation>
    </message>
    <message>
        <source>Clip of the value</source>
        <translation>价值截断</translation>
    </message>
    <message>
        <source>Against the loss of the answers.</source>
        <translation>相对于回答损失。</translation>
    </message>
    <message>
        <source>Weight of the value loss</source>
        <translation>价值损失权重</translation>
    </message>
    <message>
        <source>start: the first 240 characters of an answer, where refusals stand. anywhere: the whole answer.</source>
        <translation>start：回答的前 240 个字符，拒答多在此处。anywhere：整个回答。</translation>
    </message>
    <message>
        <source>start</source>
        <translation>开头</translation>
    </message>
    <message>
        <source>anywhere</source>
        <translation>任意处</translation>
    </message>
    <message>
        <source>Longer answers are kept, since they go on to answer after all; empty: no limit.</source>
        <translation>更长的回答会保留，因为它们终究还是作了回答；留空：不限。</translation>
    </message>
    <message>
        <source>Longest refusal</source>
        <translation>最长拒答</translation>
    </message>
    <message>
        <source>Further phrases that mark a refusal, as they stand in the text; capital and small letters are the same.</source>
        <translation>其他表示拒答的短语，按文本中的写法；不区分大小写。</translation>
    </message>
    <message>
        <source>More phrases</source>
        <translation>更多短语</translation>
    </message>
    <message>
        <source>How far apart the scores of the two answers should at least be (Touvron et al., 2023, arXiv:2307.09288).</source>
        <translation>两个回答的分数至少应相差多少（Touvron 等，2023，arXiv:2307.09288）。</translation>
    </message>
    <message>
        <source>Margin</source>
        <translation>间隔</translation>
    </message>
    <message>
        <source>Weight of a term that keeps scores around zero, 0.01 is usual (Eisenstein et al., 2023, arXiv:2312.09244); 0: off.</source>
        <translation>使分数保持在零附近的项的权重，常用 0.01（Eisenstein 等，2023，arXiv:2312.09244）；0：关闭。</translation>
    </message>
    <message>
        <source>Centring</source>
        <translation>居中</translation>
    </message>
    <message>
        <source>The file of the row.</source>
        <translation>该行所在的文件。</translation>
    </message>
    <message>
        <source>The line of the row.</source>
        <translation>该行的行号。</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>行号</translation>
    </message>
    <message>
        <source>What the row says now; without it the row is taken out.</source>
        <translation>该行现在的内容；没有则去掉该行。</translation>
    </message>
    <message>
        <source>Turns</source>
        <translation>轮次</translation>
    </message>
    <message>
        <source>Of a preference pair: the other answer.</source>
        <translation>偏好对中的另一个回答。</translation>
    </message>
    <message>
        <source>Rejected answer</source>
        <translation>被拒的回答</translation>
    </message>
    <message>
        <source>At most this many rows are kept; empty: only the share counts.</source>
        <translation>最多保留这么多行；留空：只按比例。</translation>
    </message>
    <message>
        <source>Most rows</source>
        <translation>最多行数</translation>
    </message>
    <message>
        <source>Share of the rows that is kept.</source>
        <translation>保留的行的比例。</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>比例</translation>
    </message>
    <message>
        <source>Shape of a row (alpaca, sharegpt, messages, ...); auto detects it.</source>
        <translation>行的结构（alpaca、sharegpt、messages 等）；auto 自动识别。</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>From the format&apos;s names to this file&apos;s columns, e.g. instruction: question.</source>
        <translation>从格式的名称到此文件的列，例如 instruction: question。</translation>
    </message>
    <message>
        <source>Column mapping</source>
        <translation>列映射</translation>
    </message>
    <message>
        <source>From this file&apos;s words to user, assistant, system or tool, e.g. doctor: assistant.</source>
        <translation>从本文件的词到 user、assistant、system 或 tool，例如 doctor: assistant。</translation>
    </message>
    <message>
        <source>Role mapping</source>
        <translation>角色映射</translation>
    </message>
    <message>
        <source>What stands in a column where a row has nothing, e.g. input: none.</source>
        <translation>某行某列为空时填入的内容，例如 input: 无。</translation>
    </message>
    <message>
        <source>Filled cells</source>
        <translation>填充的单元格</translation>
    </message>
    <message>
        <source>How often rows of this file are drawn in relation to the others, when files are interleaved.</source>
        <translation>多个文件交错时，本文件的行相对于其他文件被抽取的频率。</translation>
    </message>
    <message>
        <source>Weight</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>At most this many rows of the file, drawn by the seed.</source>
        <translation>本文件最多取这么多行，按种子抽取。</translation>
    </message>
    <message>
        <source>dft weighs each token&apos;s cross-entropy by its probability, so that hopeless tokens pull less (Wu et al., 2025, arXiv:2508.05629).</source>
        <translation>dft 按概率为每个 token 的交叉熵加权，使学不会的 token 影响更小（Wu 等，2025，arXiv:2508.05629）。</translation>
    </message>
    <message>
        <source>cross_entropy</source>
        <translation>cross_entropy</translation>
    </message>
    <message>
        <source>dft</source>
        <translation>dft</translation>
    </message>
    <message>
        <source>Share of each target that is spread over the vocabulary (Szegedy et al., 2016); 0: off.</source>
        <translation>每个目标中分摊到整个词表的比例（Szegedy 等，2016）；0：关闭。</translation>
    </message>
    <message>
        <source>Noise on the embeddings while training, 5 is usual (Jain et al., 2023, arXiv:2310.05914); 0: off.</source>
        <translation>训练时加在嵌入上的噪声，通常为 5（Jain 等，2023，arXiv:2310.05914）；0：关闭。</translation>
    </message>
    <message>
        <source>NEFTune noise</source>
        <translation>NEFTune 噪声</translation>
    </message>
    <message>
        <source>All turns of a row together; about four characters make an English token.</source>
        <translation>一行中所有轮次合计；英文约四个字符为一个 token。</translation>
    </message>
    <message>
        <source>Longest row</source>
        <translation>最长行</translation>
    </message>
    <message>
        <source>Rows with more words are removed; a Chinese or Japanese character is a word. Empty: no limit.</source>
        <translation>词数更多的行会被去掉；一个汉字或日文字符算一个词。留空：不限。</translation>
    </message>
    <message>
        <source>Most words</source>
        <translation>最多词数</translation>
    </message>
    <message>
        <source>Rows with more turns are removed; empty: no limit.</source>
        <translation>移除轮数更多的行；留空表示不限。</translation>
    </message>
    <message>
        <source>Most turns</source>
        <translation>最多轮数</translation>
    </message>
    <message>
        <source>Share of the rows held out.</source>
        <translation>留出行的比例。</translation>
    </message>
    <message>
        <source>Validation share</source>
        <translation>验证比例</translation>
    </message>
    <message>
        <source>A separate file of held-out rows; used instead of the share.</source>
        <translation>单独的留出数据文件；代替比例使用。</translation>
    </message>
    <message>
        <source>Validation file</source>
        <translation>验证文件</translation>
    </message>
    <message>
        <source>Hold out this many rows, instead of a share.</source>
        <translation>留出这么多行，代替比例。</translation>
    </message>
    <message>
        <source>Validation rows</source>
        <translation>验证行数</translation>
    </message>
    <message>
        <source>Share of the rows kept for a final test.</source>
        <translation>留作最终测试的行的比例。</translation>
    </message>
    <message>
        <source>Test share</source>
        <translation>测试比例</translation>
    </message>
    <message>
        <source>Keep this many rows for a final test, instead of a share.</source>
        <translation>留作最终测试的行数，代替比例。</translation>
    </message>
    <message>
        <source>Test rows</source>
        <translation>测试行数</translation>
    </message>
    <message>
        <source>A separate file of test rows.</source>
        <translation>单独的测试行文件。</translation>
    </message>
    <message>
        <source>Test file</source>
        <translation>测试文件</translation>
    </message>
    <message>
        <source>A column that says of each row: train, validation or test. Used instead of shares and counts.</source>
        <translation>说明每行属于 train、validation 或 test 的列。代替比例和数量使用。</translation>
    </message>
    <message>
        <source>Split column</source>
        <translation>划分列</translation>
    </message>
    <message>
        <source>A column (or &apos;source&apos;, &apos;language&apos;) whose values get the same share on every side.</source>
        <translation>一列（或 “source”“language”），其每个取值在各部分占同样比例。</translation>
    </message>
    <message>
        <source>Stratify by</source>
        <translation>分层依据</translation>
    </message>
    <message>
        <source>Rows that say nearly the same stay on one side, so that validation measures something new.</source>
        <translation>内容几乎相同的行留在同一侧，使验证衡量新的东西。</translation>
    </message>
    <message>
        <source>Keep near duplicates together</source>
        <translation>近似重复放在一起</translation>
    </message>
    <message>
        <source>Leave out held-out rows that have a near twin among the training rows.</source>
        <translation>舍弃在训练行中有近似副本的留出行。</translation>
    </message>
    <message>
        <source>Remove leaks</source>
        <translation>去除泄漏</translation>
    </message>
    <message>
        <source>Width of the shared matrices; larger than for LoRA.</source>
        <translation>共用矩阵的宽度；比 LoRA 的大。</translation>
    </message>
    <message>
        <source>Value that the scales begin with.</source>
        <translation>缩放的起始值。</translation>
    </message>
    <message>
        <source>First scale</source>
        <translation>初始缩放</translation>
    </message>
    <message>
        <source>Longer runs of empty lines are shortened to this many.</source>
        <translation>更长的连续空行会缩短到这么多。</translation>
    </message>
    <message>
        <source>Empty lines</source>
        <translation>空行</translation>
    </message>
    <message>
        <source>Shorten runs of blanks inside a line; leave it off for tables and code.</source>
        <translation>缩短行内连续的空格；表格和代码请关闭。</translation>
    </message>
    <message>
        <source>Single blanks</source>
        <translation>单个空格</translation>
    </message>
    <message>
        <source>Replace non-breaking and thin spaces by blanks, remove invisible characters.</source>
        <translation>把不换行空格和窄空格替换为普通空格，移除不可见字符。</translation>
    </message>
    <message>
        <source>Odd spaces</source>
        <translation>特殊空格</translation>
    </message>
    <message>
        <source>What you call this run.</source>
        <translation>你给这次运行起的名字。</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>The base model.</source>
        <translation>基础模型。</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>What is trained on.</source>
        <translation>用什么数据训练。</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>数据</translation>
    </message>
    <message>
        <source>Which weights are trained.</source>
        <translation>训练哪些权重。</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>方法</translation>
    </message>
    <message>
        <source>What is optimised.</source>
        <translation>优化什么。</translation>
    </message>
    <message>
        <source>Objective</source>
        <translation>训练目标</translation>
    </message>
    <message>
        <source>How weights move.</source>
        <translation>权重如何更新。</translation>
    </message>
    <message>
        <source>Optimization</source>
        <translation>优化</translation>
    </message>
    <message>
        <source>Where the run lives.</source>
        <translation>运行存放在哪里。</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>Held-out loss</source>
        <translation>留出损失</translation>
    </message>
    <message>
        <source>Nats a token of the reference answers; lower is better.</source>
        <translation>参考回答每个 token 的 nat 数；越低越好。</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>困惑度</translation>
    </message>
    <message>
        <source>How many tokens the model hesitates between; lower is better.</source>
        <translation>模型在多少个 token 之间犹豫；越低越好。</translation>
    </message>
    <message>
        <source>Token accuracy</source>
        <translation>token 准确率</translation>
    </message>
    <message>
        <source>Tokens of the reference answers that were the most probable ones.</source>
        <translation>参考回答中概率最高的 token 所占比例。</translation>
    </message>
    <message>
        <source>Pairs ranked right</source>
        <translation>排对的回答对</translation>
    </message>
    <message>
        <source>Held-out pairs whose better answer has the higher score; a coin gets 50%.</source>
        <translation>较好回答得分更高的留出回答对；随机猜测为 50%。</translation>
    </message>
    <message>
        <source>Nats a pair that telling the better answer costs; a coin has 0.69, lower is better.</source>
        <translation>判断较好回答时每对的 nat 数；随机猜测为 0.69，越低越好。</translation>
    </message>
    <message>
        <source>BLEU</source>
        <translation>BLEU</translation>
    </message>
    <message>
        <source>Words and phrases shared with the reference; sacrebleu&apos;s, Chinese character by character.</source>
        <translation>与参考共有的词和短语；按 sacrebleu 计算，中文逐字比较。</translation>
    </message>
    <message>
        <source>chrF</source>
        <translation>chrF</translation>
    </message>
    <message>
        <source>Letters in a row shared with the reference; fair to short answers and to every language.</source>
        <translation>与参考共有的连续字符；对短回答和各种语言都公平。</translation>
    </message>
    <message>
        <source>Exact match</source>
        <translation>完全一致</translation>
    </message>
    <message>
        <source>Answers that are the reference, letter by letter.</source>
        <translation>与参考逐字相同的回答。</translation>
    </message>
    <message>
        <source>Valid JSON</source>
        <translation>有效 JSON</translation>
    </message>
    <message>
        <source>Answers that are one JSON object or list and nothing else, as the references are.</source>
        <translation>是一个 JSON 对象或列表且别无其他内容的回答，与参考一样。</translation>
    </message>
    <message>
        <source>Pattern found</source>
        <translation>找到表达式</translation>
    </message>
    <message>
        <source>Answers in which the regular expression is found.</source>
        <translation>找到该正则表达式的回答。</translation>
    </message>
    <message>
        <source>ROUGE-1</source>
        <translation>ROUGE-1</translation>
    </message>
    <message>
        <source>Single words shared with the reference; Chinese character by character.</source>
        <translation>与参考共有的单个词；中文逐字比较。</translation>
    </message>
    <message>
        <source>ROUGE-2</source>
        <translation>ROUGE-2</translation>
    </message>
    <message>
        <source>Two words in a row shared with the reference.</source>
        <translation>与参考共有的连续两个词。</translation>
    </message>
    <message>
        <source>ROUGE-L</source>
        <translation>ROUGE-L</translation>
    </message>
    <message>
        <source>The longest run of words, gaps allowed, shared with the reference.</source>
        <translation>与参考共有的最长词序列，允许间隔。</translation>
    </message>
    <message>
        <source>arithmetic</source>
        <translation>算术</translation>
    </message>
    <message>
        <source>facts</source>
        <translation>知识</translation>
    </message>
    <message>
        <source>language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>reasoning</source>
        <translation>推理</translation>
    </message>
    <message>
        <source>instructions</source>
        <translation>指令</translation>
    </message>
    <message>
        <source>code</source>
        <translation>代码</translation>
    </message>
</context>
<context>
    <name>SearchGroup</name>
    <message>
        <source>Search {0}</source>
        <translation>搜索 {0}</translation>
    </message>
    <message>
        <source>Show the trials of this search as runs</source>
        <translation>把这次搜索的试验作为运行显示</translation>
    </message>
    <message>
        <source>Show the search</source>
        <translation>显示搜索</translation>
    </message>
    <message>
        <source>Show how its trials went, and take the best one over</source>
        <translation>显示各次试验的经过，并采用最好的一次</translation>
    </message>
    <message>
        <source>Reveal or delete this search</source>
        <translation>显示或删除这次搜索</translation>
    </message>
    <message>
        <source>Reveal in the file manager</source>
        <translation>在文件管理器中显示</translation>
    </message>
    <message>
        <source>Delete with all trials</source>
        <translation>连同全部试验一起删除</translation>
    </message>
    <message>
        <source>{0} trials · lowest held-out loss {1} · {2}</source>
        <translation>{0} 次试验 · 最低留出损失 {1} · {2}</translation>
    </message>
    <message>
        <source>{0} trials · {1}</source>
        <translation>{0} 次试验 · {1}</translation>
    </message>
</context>
<context>
    <name>SearchSection</name>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Trials find better options; the held-out loss decides.</source>
        <translation>用试验找到更好的选项；由留出损失决定。</translation>
    </message>
    <message>
        <source>Expert: vary options</source>
        <translation>专家：变动选项</translation>
    </message>
    <message>
        <source>Trains the recipe several times with other options each time</source>
        <translation>每次用不同选项多次训练此配方</translation>
    </message>
    <message>
        <source>Vary an option</source>
        <translation>变动一个选项</translation>
    </message>
    <message>
        <source>Options of the method and the optimizer</source>
        <translation>方法和优化器的选项</translation>
    </message>
    <message>
        <source>trials</source>
        <translation>次试验</translation>
    </message>
    <message>
        <source>Trials</source>
        <translation>试验次数</translation>
    </message>
    <message>
        <source>How often the recipe is trained</source>
        <translation>配方训练多少次</translation>
    </message>
    <message>
        <source>Ending trials early</source>
        <translation>提前结束试验</translation>
    </message>
    <message>
        <source>A trial that is behind the others is given up, so that there is time for better ones</source>
        <translation>落后于其他的试验会被放弃，把时间留给更好的</translation>
    </message>
    <message>
        <source>Start the search</source>
        <translation>开始搜索</translation>
    </message>
    <message>
        <source>Every trial is kept; a search can go on later</source>
        <translation>保留每次试验；搜索之后可以继续</translation>
    </message>
    <message>
        <source>End what is worse than the median</source>
        <translation>结束差于中位数的</translation>
    </message>
    <message>
        <source>End by Hyperband</source>
        <translation>用 Hyperband 结束</translation>
    </message>
    <message>
        <source>End no trial early</source>
        <translation>不提前结束</translation>
    </message>
    <message>
        <source>A search is in progress.</source>
        <translation>有搜索正在进行。</translation>
    </message>
    <message>
        <source>Choose at least one option to vary.</source>
        <translation>请至少选择一个要变动的选项。</translation>
    </message>
    <message>
        <source>No rows are held out; set a validation share first.</source>
        <translation>没有留出任何行；请先设置验证比例。</translation>
    </message>
    <message>
        <source>Earlier searches</source>
        <translation>以前的搜索</translation>
    </message>
    <message>
        <source>{0} of {1} trials over {2}, {3}</source>
        <translation>{1} 次试验中的 {0} 次，变动 {2}，{3}</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Show the trials of this search</source>
        <translation>显示此搜索的试验</translation>
    </message>
</context>
<context>
    <name>SearchView</name>
    <message>
        <source>Curves</source>
        <translation>曲线</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Back to the runs</source>
        <translation>返回运行列表</translation>
    </message>
    <message>
        <source>The search stays where it is</source>
        <translation>搜索仍在原处</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>End after this step; everything is kept, and the search can go on later</source>
        <translation>在此步之后结束；全部保留，搜索可以继续</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Make the trials that are still to be made</source>
        <translation>进行尚未进行的试验</translation>
    </message>
    <message>
        <source>Best trial</source>
        <translation>最好的试验</translation>
    </message>
    <message>
        <source>Use the best</source>
        <translation>使用最好的</translation>
    </message>
    <message>
        <source>Set the recipe&apos;s options to those of this trial; Undo takes it back</source>
        <translation>把配方的选项设为此次试验的选项；可以撤销</translation>
    </message>
    <message>
        <source>Trials</source>
        <translation>试验</translation>
    </message>
    <message>
        <source>Use this trial</source>
        <translation>使用此次试验</translation>
    </message>
    <message>
        <source>Set the recipe&apos;s options to those of the chosen line</source>
        <translation>把配方的选项设为所选行的选项</translation>
    </message>
    <message>
        <source>Open as a run</source>
        <translation>作为运行打开</translation>
    </message>
    <message>
        <source>Show the curves and the results of the chosen trial</source>
        <translation>显示所选试验的曲线和结果</translation>
    </message>
    <message>
        <source>What was tried, and how it went</source>
        <translation>试过什么，结果如何</translation>
    </message>
    <message>
        <source>{0} of {1} trials</source>
        <translation>{1} 次试验中的 {0} 次</translation>
    </message>
    <message>
        <source>No trial is completed yet.</source>
        <translation>还没有完成的试验。</translation>
    </message>
    <message>
        <source>Trial {0}, held-out loss {1}: {2}</source>
        <translation>第 {0} 次试验，留出损失 {1}：{2}</translation>
    </message>
</context>
<context>
    <name>ServerDialog</name>
    <message>
        <source>Connect to a server</source>
        <translation>连接服务器</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Where the server is; it usually ends in /v1</source>
        <translation>服务器的位置；通常以 /v1 结尾</translation>
    </message>
    <message>
        <source>only if the server wants one</source>
        <translation>仅在服务器需要时填写</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>Sent to this server only, kept in a file that only you can read</source>
        <translation>只发送给此服务器，保存在只有您能读取的文件中</translation>
    </message>
    <message>
        <source>Connect</source>
        <translation>连接</translation>
    </message>
    <message>
        <source>Ask the server which models it has</source>
        <translation>询问服务器有哪些模型</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>One of the models of the server</source>
        <translation>服务器上的一个模型</translation>
    </message>
    <message>
        <source>Talk to this model</source>
        <translation>与此模型对话</translation>
    </message>
    <message>
        <source>Put it in this column</source>
        <translation>放入这一栏</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>忘记</translation>
    </message>
    <message>
        <source>Remember neither the server nor its key</source>
        <translation>不再记住该服务器及其密钥</translation>
    </message>
    <message>
        <source>vLLM, SGLang, Ollama, LM Studio and every other server that speaks OpenAI&apos;s interface. What you write in this column is sent there.</source>
        <translation>vLLM、SGLang、Ollama、LM Studio 以及所有支持 OpenAI 接口的服务器。您在这一栏写的内容会发送到那里。</translation>
    </message>
    <message>
        <source>Connecting…</source>
        <translation>正在连接…</translation>
    </message>
</context>
<context>
    <name>Settings</name>
    <message>
        <source>comes with Luthier</source>
        <translation>Luthier 自带</translation>
    </message>
    <message>
        <source>your folder</source>
        <translation>你的文件夹</translation>
    </message>
    <message>
        <source>Hugging Face cache</source>
        <translation>Hugging Face 缓存</translation>
    </message>
    <message>
        <source>LM Studio</source>
        <translation>LM Studio</translation>
    </message>
    <message>
        <source>Ollama</source>
        <translation>Ollama</translation>
    </message>
    <message>
        <source>made by a run</source>
        <translation>由运行产生</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
</context>
<context>
    <name>ShortcutsCard</name>
    <message>
        <source>Shortcuts</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Change the page</source>
        <translation>切换页面</translation>
    </message>
    <message>
        <source>Find pages, actions, runs and options</source>
        <translation>查找页面、操作、运行和选项</translation>
    </message>
    <message>
        <source>Add data files</source>
        <translation>添加数据文件</translation>
    </message>
    <message>
        <source>Import the files whose paths are on the clipboard</source>
        <translation>导入剪贴板中路径所指的文件</translation>
    </message>
    <message>
        <source>Undo and redo changes of the recipe</source>
        <translation>撤销和重做配方的修改</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Help on the field in focus</source>
        <translation>查看当前字段的帮助</translation>
    </message>
</context>
<context>
    <name>Skeleton</name>
    <message>
        <source>Loading</source>
        <translation>正在加载</translation>
    </message>
</context>
<context>
    <name>SkippedPart</name>
    <message>
        <source>Dismiss</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Show this list no longer; no file is touched</source>
        <translation>不再显示此列表；不会改动任何文件</translation>
    </message>
    <message>
        <source>Skipped: {count}</source>
        <translation>已跳过：{count}</translation>
    </message>
    <message>
        <source>Files that were dropped but hold no dataset, and why</source>
        <translation>拖入但不含数据集的文件，以及原因</translation>
    </message>
</context>
<context>
    <name>Smaller</name>
    <message>
        <source>Take less memory</source>
        <translation>占用更少内存</translation>
    </message>
</context>
<context>
    <name>SourceEditor</name>
    <message>
        <source>Format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>The shape of the rows; auto detects it</source>
        <translation>行的形式；auto 自动识别</translation>
    </message>
    <message>
        <source>The first row, as it is read</source>
        <translation>读取到的第一行</translation>
    </message>
    <message>
        <source>auto: {family}</source>
        <translation>自动：{family}</translation>
    </message>
    <message>
        <source>Which column of the file holds {name}</source>
        <translation>文件的哪一列是 {name}</translation>
    </message>
    <message>
        <source>Take back: {name} counts as {value}</source>
        <translation>收回：{name} 视为 {value}</translation>
    </message>
</context>
<context>
    <name>SourceFacts</name>
    <message>
        <source>Rows</source>
        <translation>行</translation>
    </message>
    <message>
        <source>Turns</source>
        <translation>轮次</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>token</translation>
    </message>
    <message>
        <source>Trained</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>Duplicates</source>
        <translation>重复</translation>
    </message>
</context>
<context>
    <name>SourceRow</name>
    <message>
        <source>Change how this file is read: format, columns, amount</source>
        <translation>更改此文件的读取方式：格式、列、数量</translation>
    </message>
    <message>
        <source>Take this file out; the file itself stays where it is</source>
        <translation>移出此文件；文件本身不动</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>正在读取…</translation>
    </message>
    <message>
        <source>{count} rows can be used</source>
        <translation>{count} 行可用</translation>
    </message>
    <message>
        <source>{count} rejected</source>
        <translation>{count} 行被拒绝</translation>
    </message>
    <message>
        <source>as given</source>
        <translation>按指定</translation>
    </message>
    <message>
        <source>sure</source>
        <translation>确定</translation>
    </message>
    <message>
        <source>likely</source>
        <translation>很可能</translation>
    </message>
    <message>
        <source>a guess, please check</source>
        <translation>猜测，请核对</translation>
    </message>
    <message>
        <source>tab</source>
        <translation>制表符</translation>
    </message>
    <message>
        <source>space</source>
        <translation>空格</translation>
    </message>
    <message>
        <source>separated by {mark}</source>
        <translation>以 {mark} 分隔</translation>
    </message>
</context>
<context>
    <name>SourcesCard</name>
    <message>
        <source>Sources</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>+ Add files</source>
        <translation>+ 添加文件</translation>
    </message>
    <message>
        <source>Add dataset files of any type (Ctrl+O)</source>
        <translation>添加任何类型的数据集文件（Ctrl+O）</translation>
    </message>
    <message>
        <source>Add all datasets of a folder</source>
        <translation>添加文件夹中的所有数据集</translation>
    </message>
    <message>
        <source>Paste copied rows, or the path of a file (Ctrl+V)</source>
        <translation>粘贴复制的行，或文件的路径（Ctrl+V）</translation>
    </message>
    <message>
        <source>Every file of the dataset, or the first few</source>
        <translation>数据集的所有文件，或只显示前几个</translation>
    </message>
    <message>
        <source>Add a folder of datasets</source>
        <translation>添加数据集文件夹</translation>
    </message>
    <message>
        <source>Show all {count} files</source>
        <translation>显示全部 {count} 个文件</translation>
    </message>
    <message>
        <source>Show fewer files</source>
        <translation>显示较少文件</translation>
    </message>
    <message>
        <source>Files can be dropped anywhere in the window.</source>
        <translation>可以把文件拖到窗口任意位置。</translation>
    </message>
</context>
<context>
    <name>SplitCard</name>
    <message>
        <source>Split</source>
        <translation>划分</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>Validation</source>
        <translation>验证</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>测试</translation>
    </message>
    <message>
        <source>Validation share</source>
        <translation>验证比例</translation>
    </message>
    <message>
        <source>How many of the rows are held out to measure the training</source>
        <translation>留出多少行用于衡量训练效果</translation>
    </message>
    <message>
        <source>Held out</source>
        <translation>留出</translation>
    </message>
    <message>
        <source>Other ways</source>
        <translation>其他方式</translation>
    </message>
    <message>
        <source>By count, column or file; stratified; a test set; near duplicates together</source>
        <translation>按数量、列或文件；分层；测试集；近似重复放在一起</translation>
    </message>
    <message>
        <source>{count} rows are not used: they do not suit the goal, or are over a limit.</source>
        <translation>{count} 行未使用：不适合目标，或超过上限。</translation>
    </message>
    <message>
        <source>Measured with {file}</source>
        <translation>用 {file} 衡量</translation>
    </message>
    <message>
        <source>The share is not used: &apos;{name}&apos; decides.</source>
        <translation>不使用比例：由“{name}”决定。</translation>
    </message>
    <message>
        <source>Without held-out rows nothing shows whether the model only memorises. 5 to 10 % is usual.</source>
        <translation>没有留出数据就无法看出模型是否只是死记。通常取 5% 到 10%。</translation>
    </message>
    <message>
        <source>Never trained on. Near duplicates stay on one side.</source>
        <translation>从不用于训练。近似重复留在同一侧。</translation>
    </message>
    <message>
        <source>Never trained on. Equal rows stay on one side, near duplicates may not.</source>
        <translation>从不用于训练。相同的行留在同一侧，近似重复可能不会。</translation>
    </message>
</context>
<context>
    <name>StartStep</name>
    <message>
        <source>Ready</source>
        <translation>准备好了</translation>
    </message>
    <message>
        <source>See the whole path once with the sample, or begin with rows of your own.</source>
        <translation>用示例完整走一遍，或从你自己的数据开始。</translation>
    </message>
    <message>
        <source>Try the sample</source>
        <translation>试用示例</translation>
    </message>
    <message>
        <source>Train, export and talk to the sample, one after the other, without another click</source>
        <translation>依次训练、导出示例并与之对话，无需再点击</translation>
    </message>
    <message>
        <source>Start with my own data</source>
        <translation>从我自己的数据开始</translation>
    </message>
    <message>
        <source>Show the Data page; files can be dropped there</source>
        <translation>显示数据页；可以把文件拖到那里</translation>
    </message>
    <message>
        <source>The sample</source>
        <translation>示例</translation>
    </message>
    <message>
        <source>A few hundred questions and answers and a small model: it is trained, exported, checked and loaded to talk to. It takes some minutes, also without a graphics card.</source>
        <translation>几百条问答和一个小模型：依次训练、导出、校验并加载，然后就能对话。需要几分钟，没有显卡也可以。</translation>
    </message>
    <message>
        <source>Your own data</source>
        <translation>你自己的数据</translation>
    </message>
    <message>
        <source>Tables, JSON or documents. Every row is checked, and what cannot be used says why.</source>
        <translation>表格、JSON 或文档。每一行都会检查，无法使用的会说明原因。</translation>
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message>
        <source>Engine is starting</source>
        <translation>引擎正在启动</translation>
    </message>
    <message>
        <source>Engine ready</source>
        <translation>引擎就绪</translation>
    </message>
    <message>
        <source>Engine is not running</source>
        <translation>引擎没有运行</translation>
    </message>
    <message>
        <source>Memory {0} of {1}</source>
        <translation>内存 {0} / {1}</translation>
    </message>
    <message>
        <source>Checkpoint at step {0} verified</source>
        <translation>第 {0} 步的检查点已验证</translation>
    </message>
</context>
<context>
    <name>StepMeasure</name>
    <message>
        <source>Counted before</source>
        <translation>事先计算</translation>
    </message>
    <message>
        <source>Measured in one step</source>
        <translation>一步实测</translation>
    </message>
    <message>
        <source>Measure one step</source>
        <translation>测量一步</translation>
    </message>
    <message>
        <source>Load the model and make one step on the longest batch; only the figure is kept</source>
        <translation>加载模型并在最长的批次上执行一步；只保留测得的数值</translation>
    </message>
    <message>
        <source>Measure anyway</source>
        <translation>仍要测量</translation>
    </message>
    <message>
        <source>The system may end the step, or become slow, if the memory is really too small</source>
        <translation>如果内存确实太小，系统可能会终止这一步，或变得很慢</translation>
    </message>
    <message>
        <source>A run is in progress and holds the memory.</source>
        <translation>有运行正在进行并占用内存。</translation>
    </message>
    <message>
        <source>The longest batch is known when there is a dataset.</source>
        <translation>有了数据集才知道最长的批次。</translation>
    </message>
    <message>
        <source>The recipe has faults; mend them first.</source>
        <translation>配方有错误；请先改正。</translation>
    </message>
</context>
<context>
    <name>StepRow</name>
    <message>
        <source>Move {name}: drag, or use the arrow keys</source>
        <translation>移动 {name}：拖动，或使用方向键</translation>
    </message>
    <message>
        <source>Look at the rows that this step touched</source>
        <translation>查看此步骤涉及的行</translation>
    </message>
    <message>
        <source>Options of {name}</source>
        <translation>{name} 的选项</translation>
    </message>
    <message>
        <source>Up</source>
        <translation>上移</translation>
    </message>
    <message>
        <source>Run {name} earlier</source>
        <translation>更早运行 {name}</translation>
    </message>
    <message>
        <source>Down</source>
        <translation>下移</translation>
    </message>
    <message>
        <source>Run {name} later</source>
        <translation>更晚运行 {name}</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Take {name} out of the list</source>
        <translation>从列表中移除 {name}</translation>
    </message>
    <message>
        <source>{removed} rows removed, {changed} changed: look at them</source>
        <translation>去掉 {removed} 行，更改 {changed} 行：点此查看</translation>
    </message>
</context>
<context>
    <name>TextEdit</name>
    <message>
        <source>automatic</source>
        <translation>自动</translation>
    </message>
</context>
<context>
    <name>TextView</name>
    <message>
        <source>Open in the browser</source>
        <translation>在浏览器中打开</translation>
    </message>
    <message>
        <source>Copy the address</source>
        <translation>复制地址</translation>
    </message>
</context>
<context>
    <name>Toast</name>
    <message>
        <source>Close this message</source>
        <translation>关闭此消息</translation>
    </message>
</context>
<context>
    <name>TrialCurves</name>
    <message>
        <source>trial {0}</source>
        <translation>第 {0} 次</translation>
    </message>
</context>
<context>
    <name>Trials</name>
    <message>
        <source>● running</source>
        <translation>● 运行中</translation>
    </message>
    <message>
        <source>‖ waits</source>
        <translation>‖ 等待</translation>
    </message>
    <message>
        <source>✓ completed</source>
        <translation>✓ 已完成</translation>
    </message>
    <message>
        <source>✂ ended early</source>
        <translation>✂ 提前结束</translation>
    </message>
    <message>
        <source>✕ failed</source>
        <translation>✕ 失败</translation>
    </message>
</context>
<context>
    <name>TrialsModel</name>
    <message>
        <source>trial</source>
        <translation>试验</translation>
    </message>
    <message>
        <source>state</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>held-out loss</source>
        <translation>留出损失</translation>
    </message>
    <message>
        <source>time</source>
        <translation>时间</translation>
    </message>
</context>
<context>
    <name>TurnEdit</name>
    <message>
        <source>What the {role} says</source>
        <translation>{role} 的内容</translation>
    </message>
    <message>
        <source>Change the text; Ctrl+Return saves the row</source>
        <translation>更改文本；Ctrl+Return 保存此行</translation>
    </message>
</context>
<context>
    <name>UserTurn</name>
    <message>
        <source>You</source>
        <translation>你</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>编辑</translation>
    </message>
    <message>
        <source>Ask this differently; the answers after it are replaced on both sides</source>
        <translation>换一种问法；两边之后的回答都会被替换</translation>
    </message>
    <message>
        <source>Ask again</source>
        <translation>再问一次</translation>
    </message>
    <message>
        <source>Replace the question and answer it anew</source>
        <translation>替换问题并重新回答</translation>
    </message>
</context>
<context>
    <name>VerdictPanel</name>
    <message>
        <source>✓ good</source>
        <translation>✓ 良好</translation>
    </message>
    <message>
        <source>▲ look closer</source>
        <translation>▲ 请细看</translation>
    </message>
    <message>
        <source>✕ bad</source>
        <translation>✕ 不佳</translation>
    </message>
</context>
<context>
    <name>VersionSwitch</name>
    <message>
        <source>The version before</source>
        <translation>上一个版本</translation>
    </message>
    <message>
        <source>The version after</source>
        <translation>下一个版本</translation>
    </message>
</context>
<context>
    <name>VersionsCard</name>
    <message>
        <source>Versions</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>Save this version</source>
        <translation>保存此版本</translation>
    </message>
    <message>
        <source>Keep the rows as they are now, with the steps that made them</source>
        <translation>保留当前各行以及产生它们的步骤</translation>
    </message>
    <message>
        <source>No version is kept yet. A version holds the rows, the steps and a card.</source>
        <translation>还没有保留任何版本。版本包含行、步骤和数据卡。</translation>
    </message>
    <message>
        <source>and {count} older ones</source>
        <translation>还有 {count} 个更早的</translation>
    </message>
    <message>
        <source>{rows} rows · {ago}</source>
        <translation>{rows} 行 · {ago}</translation>
    </message>
    <message>
        <source>Use {name} again</source>
        <translation>再次使用 {name}</translation>
    </message>
    <message>
        <source>Use again</source>
        <translation>再次使用</translation>
    </message>
    <message>
        <source>Its files, steps and split, run again on the files as they are now</source>
        <translation>用其文件、步骤和划分，在当前的文件上重新运行</translation>
    </message>
    <message>
        <source>Use its rows</source>
        <translation>使用其行</translation>
    </message>
    <message>
        <source>Its training rows as they were kept, in place of the files</source>
        <translation>用保留下来的训练行代替文件</translation>
    </message>
    <message>
        <source>Reveal in the file manager</source>
        <translation>在文件管理器中显示</translation>
    </message>
    <message>
        <source>Copy the path</source>
        <translation>复制路径</translation>
    </message>
</context>
<context>
    <name>VoteBar</name>
    <message>
        <source>Blind vote</source>
        <translation>盲评</translation>
    </message>
    <message>
        <source>A is better</source>
        <translation>A 更好</translation>
    </message>
    <message>
        <source>Vote for the left answer</source>
        <translation>投给左边的回答</translation>
    </message>
    <message>
        <source>Alike</source>
        <translation>不相上下</translation>
    </message>
    <message>
        <source>Neither answer is better</source>
        <translation>两个回答不分上下</translation>
    </message>
    <message>
        <source>B is better</source>
        <translation>B 更好</translation>
    </message>
    <message>
        <source>Vote for the right answer</source>
        <translation>投给右边的回答</translation>
    </message>
    <message>
        <source>Which answer is better?</source>
        <translation>哪个回答更好？</translation>
    </message>
    <message>
        <source>Both are answering…</source>
        <translation>两边正在回答…</translation>
    </message>
    <message>
        <source>A was {0}, B was {1}.</source>
        <translation>A 是{0}，B 是{1}。</translation>
    </message>
    <message>
        <source>Ask something: the answers come without names, in an order that is drawn.</source>
        <translation>请提问：回答不显示名称，顺序随机。</translation>
    </message>
    <message>
        <source>base {0} · alike {1} · tuned {2}</source>
        <translation>基础 {0} · 相当 {1} · 微调 {2}</translation>
    </message>
    <message>
        <source>the base model</source>
        <translation>基础模型</translation>
    </message>
    <message>
        <source>the tuned model</source>
        <translation>微调后的模型</translation>
    </message>
</context>
<context>
    <name>WaitingView</name>
    <message>
        <source>Do not wait</source>
        <translation>不再等待</translation>
    </message>
    <message>
        <source>Leave this side empty</source>
        <translation>这一侧留空</translation>
    </message>
    <message>
        <source>{model} is loaded as soon as {run} has written its checkpoint and paused.</source>
        <translation>{run} 写入检查点并暂停后，将加载 {model}。</translation>
    </message>
    <message>
        <source>{model} is loaded by itself as soon as {run} has ended.</source>
        <translation>{run} 结束后，将自动加载 {model}。</translation>
    </message>
</context>
<context>
    <name>WayButton</name>
    <message>
        <source>Look at the code…</source>
        <translation>查看代码…</translation>
    </message>
    <message>
        <source>Read the code that gives the rewards, and allow or refuse it</source>
        <translation>阅读给出奖励的代码，并允许或拒绝</translation>
    </message>
    <message>
        <source>Look at its code…</source>
        <translation>查看其代码…</translation>
    </message>
    <message>
        <source>Read the code that this model brings, and allow or refuse it</source>
        <translation>阅读此模型自带的代码，并允许或拒绝</translation>
    </message>
    <message>
        <source>Convert it</source>
        <translation>转换</translation>
    </message>
    <message>
        <source>Write its weights as safetensors, once, in a process of its own</source>
        <translation>在单独的进程中把权重写为 safetensors，只需一次</translation>
    </message>
</context>
</TS>
