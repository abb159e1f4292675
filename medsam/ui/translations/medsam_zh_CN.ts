<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Actions</name>
    <message>
        <location filename="../action_specs.py" line="32"/>
        <source>&amp;Open…</source>
        <translation>打开(&amp;O)…</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="32"/>
        <source>Open an image or scan</source>
        <translation>打开图像或影像序列</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="39"/>
        <source>Open &amp;folder…</source>
        <translation>打开文件夹(&amp;F)…</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="39"/>
        <source>Open a folder of DICOM files or pictures</source>
        <translation>打开 DICOM 文件或图片所在的文件夹</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="46"/>
        <source>&amp;Save mask</source>
        <translation>保存掩膜(&amp;S)</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="46"/>
        <source>Save the label map and read it back</source>
        <translation>保存标签图并回读校验</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="53"/>
        <source>Save mask &amp;as…</source>
        <translation>掩膜另存为(&amp;A)…</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="53"/>
        <source>Save the label map elsewhere</source>
        <translation>将标签图保存到其他位置</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="60"/>
        <source>&amp;Load mask…</source>
        <translation>载入掩膜(&amp;L)…</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="60"/>
        <source>Continue from a label map of this image</source>
        <translation>载入该图像的标签图并继续标注</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="67"/>
        <source>&amp;Close image</source>
        <translation>关闭图像(&amp;C)</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="67"/>
        <source>Close the image</source>
        <translation>关闭图像</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="74"/>
        <source>&amp;Quit</source>
        <translation>退出(&amp;Q)</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="74"/>
        <source>Leave the program</source>
        <translation>退出程序</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="83"/>
        <source>&amp;Delete box</source>
        <translation>删除框(&amp;D)</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="83"/>
        <source>Delete the selected box and its mask</source>
        <translation>删除所选框及其掩膜</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="90"/>
        <source>&amp;New label</source>
        <translation>新建标签(&amp;N)</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="90"/>
        <source>Add a label and paint it next</source>
        <translation>新建标签，后续标注使用该标签</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="97"/>
        <source>S&amp;top</source>
        <translation>停止(&amp;T)</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="97"/>
        <source>Stop what is being drawn or computed</source>
        <translation>停止当前绘制或计算</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="110"/>
        <source>&amp;Box</source>
        <translation>画框(&amp;B)</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="110"/>
        <source>Draw a box around an object</source>
        <translation>框选目标</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="118"/>
        <source>&amp;Crosshair</source>
        <translation>十字线(&amp;C)</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="118"/>
        <source>Move the crosshair through all planes</source>
        <translation>在各平面中移动十字线</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="132"/>
        <source>One &amp;large, two small</source>
        <translation>一大两小(&amp;L)</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="132"/>
        <source>The axial plane large, the others beside it</source>
        <translation>轴位大窗，其余平面在旁</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="140"/>
        <source>&amp;Side by side</source>
        <translation>并排(&amp;S)</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="140"/>
        <source>Three planes beside each other</source>
        <translation>三个平面并排显示</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="148"/>
        <source>&amp;One plane</source>
        <translation>单平面(&amp;O)</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="148"/>
        <source>Only the plane under the mouse; again for all</source>
        <translation>只显示鼠标所在平面；再按恢复全部</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="156"/>
        <source>Side &amp;panel</source>
        <translation>侧栏(&amp;P)</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="156"/>
        <source>Show or hide labels and window</source>
        <translation>显示或隐藏标签与窗宽窗位面板</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="170"/>
        <source>Window: {0}, level {1:g} HU, width {2:g} HU</source>
        <translation>窗：{0}，窗位 {1:g} HU，窗宽 {2:g} HU</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="183"/>
        <source>&amp;Auto window</source>
        <translation>自动窗宽窗位(&amp;A)</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="183"/>
        <source>Fit the window to this slice</source>
        <translation>按当前层面自动调整窗宽窗位</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="190"/>
        <source>Reset &amp;window</source>
        <translation>重置窗宽窗位(&amp;W)</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="190"/>
        <source>The window this image opened with</source>
        <translation>恢复打开图像时的窗宽窗位</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="203"/>
        <source>Show &amp;masks</source>
        <translation>显示掩膜(&amp;M)</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="203"/>
        <source>Show or hide masks and boxes</source>
        <translation>显示或隐藏掩膜和框</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="211"/>
        <source>&amp;Fit</source>
        <translation>适合窗口(&amp;F)</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="211"/>
        <source>Fit the pictures into their panes</source>
        <translation>缩放图像以适合视图</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="233"/>
        <source>&amp;Reset view</source>
        <translation>重置视图(&amp;R)</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="233"/>
        <source>Fit, middle slices, and the window the image opened with</source>
        <translation>适合窗口，回到中间层面和初始窗宽窗位</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="258"/>
        <source>&amp;System</source>
        <translation>跟随系统(&amp;S)</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="246"/>
        <source>Follow the system&apos;s colours</source>
        <translation>跟随系统配色</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="254"/>
        <source>&amp;Light</source>
        <translation>浅色(&amp;L)</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="254"/>
        <source>Light colours</source>
        <translation>浅色配色</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="257"/>
        <source>&amp;Dark</source>
        <translation>深色(&amp;D)</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="257"/>
        <source>Dark colours</source>
        <translation>深色配色</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="258"/>
        <source>Follow the system&apos;s language, from the next start on</source>
        <translation>跟随系统语言，下次启动生效</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="267"/>
        <source>English words, from the next start on</source>
        <translation>使用英文界面，下次启动生效</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="275"/>
        <source>Simplified Chinese words, from the next start on</source>
        <translation>使用简体中文界面，下次启动生效</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="289"/>
        <source>&amp;Models…</source>
        <translation>模型(&amp;M)…</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="289"/>
        <source>Choose or download a model</source>
        <translation>选择或下载模型</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="296"/>
        <source>Model from &amp;file…</source>
        <translation>从文件载入模型(&amp;F)…</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="296"/>
        <source>Use a checkpoint of your own</source>
        <translation>使用自己的权重文件</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="324"/>
        <source>&amp;Keys and mouse</source>
        <translation>键盘与鼠标(&amp;K)</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="324"/>
        <source>What keys and mouse do</source>
        <translation>查看键盘和鼠标操作</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="331"/>
        <source>Show the &amp;log</source>
        <translation>查看日志(&amp;L)</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="331"/>
        <source>Open the folder of the log</source>
        <translation>打开日志所在文件夹</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="338"/>
        <source>&amp;About</source>
        <translation>关于(&amp;A)</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="338"/>
        <source>Versions, licence and purpose</source>
        <translation>版本、许可与用途</translation>
    </message>
    <message>
        <location filename="../actions.py" line="99"/>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <location filename="../actions.py" line="99"/>
        <source>Take the last step back</source>
        <translation>撤销上一步</translation>
    </message>
    <message>
        <location filename="../actions.py" line="99"/>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <location filename="../actions.py" line="99"/>
        <source>Do the step again</source>
        <translation>重做刚撤销的一步</translation>
    </message>
    <message>
        <location filename="../actions.py" line="124"/>
        <source>Nothing to undo</source>
        <translation>没有可撤销的操作</translation>
    </message>
    <message>
        <location filename="../actions.py" line="124"/>
        <source>Nothing to redo</source>
        <translation>没有可重做的操作</translation>
    </message>
    <message>
        <location filename="../actions.py" line="133"/>
        <source>Open &amp;recent</source>
        <translation>最近打开(&amp;R)</translation>
    </message>
    <message>
        <location filename="../actions.py" line="134"/>
        <source>Open s&amp;ample</source>
        <translation>打开示例(&amp;A)</translation>
    </message>
    <message>
        <location filename="../actions.py" line="135"/>
        <source>&amp;Layout</source>
        <translation>布局(&amp;L)</translation>
    </message>
    <message>
        <location filename="../actions.py" line="136"/>
        <source>&amp;Window</source>
        <translation>窗宽窗位(&amp;W)</translation>
    </message>
    <message>
        <location filename="../actions.py" line="137"/>
        <source>&amp;Theme</source>
        <translation>主题(&amp;T)</translation>
    </message>
    <message>
        <location filename="../actions.py" line="138"/>
        <source>&amp;Language</source>
        <translation>语言(&amp;G)</translation>
    </message>
    <message>
        <location filename="../actions.py" line="139"/>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <location filename="../actions.py" line="140"/>
        <source>&amp;Edit</source>
        <translation>编辑(&amp;E)</translation>
    </message>
    <message>
        <location filename="../actions.py" line="141"/>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <location filename="../actions.py" line="142"/>
        <source>&amp;Model</source>
        <translation>模型(&amp;M)</translation>
    </message>
    <message>
        <location filename="../actions.py" line="143"/>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <location filename="../actions.py" line="163"/>
        <source>Tools</source>
        <translation>工具</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="218"/>
        <source>C&amp;entre on the crosshair</source>
        <translation>居中于十字线(&amp;E)</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="218"/>
        <source>Bring the crosshair to the middle of every pane</source>
        <translation>将十字线移到每个窗格的中央</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="225"/>
        <source>S&amp;mooth pixels</source>
        <translation>平滑像素(&amp;M)</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="225"/>
        <source>Interpolate magnified pixels, or show them as squares</source>
        <translation>对放大的像素插值，或显示为方块</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="303"/>
        <source>&amp;Adapt to my annotations…</source>
        <translation>适配我的标注(&amp;A)…</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="303"/>
        <source>Let a copy of the model learn from your own masks</source>
        <translation>让模型的副本学习您自己的掩膜</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="310"/>
        <source>&amp;Back to the model before</source>
        <translation>返回之前的模型(&amp;B)</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="310"/>
        <source>Use the model again that was used before this one</source>
        <translation>重新使用此前使用的模型</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="317"/>
        <source>Model &amp;card</source>
        <translation>模型卡(&amp;C)</translation>
    </message>
    <message>
        <location filename="../action_specs.py" line="317"/>
        <source>What the model in use is for, its scores, failures and data</source>
        <translation>当前模型的用途、得分、失败案例和数据</translation>
    </message>
</context>
<context>
    <name>AdaptController</name>
    <message>
        <location filename="../controllers/adapt.py" line="139"/>
        <source>Add images that have a mask</source>
        <translation>添加已有掩膜的影像</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="152"/>
        <source>The mask of {0}</source>
        <translation>{0} 的掩膜</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="152"/>
        <source>Masks</source>
        <translation>掩膜</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="176"/>
        <source>Looking for masks in {0}…</source>
        <translation>正在 {0} 中查找掩膜…</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="189"/>
        <source>No image with a mask was found here. Draw and save masks (Ctrl+S) beside their images, so that they are listed by themselves, or add images that have masks elsewhere.</source>
        <translation>此处没有找到带掩膜的影像。请绘制掩膜并保存（Ctrl+S）在影像旁边，它们便会自动列出；也可以添加其他位置已有掩膜的影像。</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="236"/>
        <source>{0} learns from your annotations</source>
        <translation>{0} 正在学习您的标注</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="255"/>
        <source>A model is learning</source>
        <translation>模型正在学习</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="256"/>
        <source>The model still learns from your annotations. Quitting now gives this attempt up.</source>
        <translation>模型仍在学习您的标注。现在退出将放弃本次学习。</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="260"/>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="261"/>
        <source>Go on learning</source>
        <translation>继续学习</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="304"/>
        <source>Look and decide…</source>
        <translation>查看并决定…</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="314"/>
        <source>Choose other cases…</source>
        <translation>选择其他病例…</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="340"/>
        <source>Folder for the adapted model</source>
        <translation>适配后模型的文件夹</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="361"/>
        <source>Putting the adapted model into its place</source>
        <translation>正在存放适配后的模型</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="388"/>
        <source>Load a model first.</source>
        <translation>请先加载模型。</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="395"/>
        <source>{0}, adapted</source>
        <translation>{0}（已适配）</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="386"/>
        <source>The adapted model is in use now.</source>
        <translation>现在使用的是适配后的模型。</translation>
    </message>
</context>
<context>
    <name>AdaptDialog</name>
    <message>
        <location filename="../panels/adapt_dialog.py" line="24"/>
        <source>Adapt to my annotations</source>
        <translation>适配我的标注</translation>
    </message>
    <message>
        <location filename="../panels/adapt_dialog.py" line="32"/>
        <source>For research. Not a medical device.</source>
        <translation>仅供研究使用，不是医疗器械。</translation>
    </message>
</context>
<context>
    <name>Banner</name>
    <message>
        <location filename="../panels/banners.py" line="105"/>
        <source>Close this message</source>
        <translation>关闭此消息</translation>
    </message>
</context>
<context>
    <name>BoxTool</name>
    <message>
        <location filename="../canvas/tools/box_painting.py" line="51"/>
        <source>{width:.0f} × {height:.0f} px</source>
        <translation>{width:.0f} × {height:.0f} 像素</translation>
    </message>
    <message>
        <location filename="../canvas/tools/box_painting.py" line="54"/>
        <source>{width:.0f} × {height:.0f} mm</source>
        <translation>{width:.0f} × {height:.0f} mm</translation>
    </message>
    <message>
        <location filename="../canvas/tools/box_painting.py" line="56"/>
        <source>{width:.1f} × {height:.1f} mm</source>
        <translation>{width:.1f} × {height:.1f} mm</translation>
    </message>
</context>
<context>
    <name>BusyPage</name>
    <message>
        <location filename="../panels/adapt_pages.py" line="54"/>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="57"/>
        <source>You can go on working with the present model, and hide this window until it is done.</source>
        <translation>您可以继续使用当前模型工作，也可以先隐藏此窗口，直到完成。</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="125"/>
        <source>Left out:</source>
        <translation>未采用：</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="66"/>
        <source>Cases left out</source>
        <translation>未采用的病例</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="67"/>
        <source>Hide</source>
        <translation>隐藏</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="70"/>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="71"/>
        <source>Give this attempt up; the present model stays</source>
        <translation>放弃本次学习；当前模型保持不变</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="91"/>
        <source>{0} learns from your annotations</source>
        <translation>{0} 正在学习您的标注</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="93"/>
        <source>Starting…</source>
        <translation>正在启动…</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="132"/>
        <source>Reading the cases</source>
        <translation>读取病例</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="133"/>
        <source>Testing the present model</source>
        <translation>测试当前模型</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="134"/>
        <source>Looking at every picture once</source>
        <translation>逐一查看图像</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="135"/>
        <source>Learning</source>
        <translation>学习</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="136"/>
        <source>Testing the adapted model</source>
        <translation>测试适配后的模型</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="137"/>
        <source>Writing the adapted model</source>
        <translation>写入适配后的模型</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="139"/>
        <source>Working</source>
        <translation>处理中</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="142"/>
        <source>{0}: {1} of {2}</source>
        <translation>{0}：{1} / {2}</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="149"/>
        <source>Less than a minute left</source>
        <translation>剩余不到一分钟</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="150"/>
        <source>About {0} min left</source>
        <translation>大约还需 {0} 分钟</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="127"/>
        <source>And {0} more.</source>
        <translation>另有 {0} 个。</translation>
    </message>
</context>
<context>
    <name>Catalogue</name>
    <message>
        <location filename="../data_words.py" line="83"/>
        <source>Research use only</source>
        <translation>仅供研究使用</translation>
    </message>
    <message>
        <location filename="../data_words.py" line="83"/>
        <source>Free for any use with attribution. Not a medical device.</source>
        <translation>署名后可用于任何用途。不是医疗器械。</translation>
    </message>
    <message>
        <location filename="../data_words.py" line="83"/>
        <source>The largest network of Segment Anything; use it with a graphics card.</source>
        <translation>Segment Anything 中最大的网络；请配合显卡使用。</translation>
    </message>
    <message>
        <location filename="../data_words.py" line="83"/>
        <source>Under a tenth of a second a box on a laptop CPU, about 0.4 GB memory; no encoding.</source>
        <translation>笔记本 CPU 上每框不到 0.1 秒，内存约 0.4 GB；无需编码。</translation>
    </message>
    <message>
        <location filename="../data_words.py" line="83"/>
        <source>Comes with the program; trained on public research data, whose terms allow research. Not a medical device.</source>
        <translation>随程序附带；用公开研究数据训练，数据条款允许科研使用。不是医疗器械。</translation>
    </message>
    <message>
        <location filename="../data_words.py" line="83"/>
        <source>A small network that looks only at the surroundings of a box. Answers while the box is dragged, follows clicks, and says so where it sees nothing.</source>
        <translation>只看框周围区域的小型网络。拖动框时即时给出结果，可用点击修正，没有目标时会如实说明。</translation>
    </message>
    <message>
        <location filename="../data_words.py" line="83"/>
        <source>About 6 s a slice on a laptop CPU, then 0.1 s a box; about 1.1 GB memory.</source>
        <translation>笔记本 CPU 上每层约 6 秒，之后每框 0.1 秒；内存约 1.1 GB。</translation>
    </message>
    <message>
        <location filename="../data_words.py" line="83"/>
        <source>Free for any use with attribution: Apache-2.0 as MedSAM&apos;s repository states, CC-BY-4.0 as the Zenodo record states. Not a medical device.</source>
        <translation>署名后可用于任何用途：MedSAM 代码库标明 Apache-2.0，Zenodo 记录标明 CC-BY-4.0。不是医疗器械。</translation>
    </message>
    <message>
        <location filename="../data_words.py" line="83"/>
        <source>Segment Anything fine-tuned on 1.5 million pairs of medical pictures and masks; made for boxes.</source>
        <translation>在 150 万对医学图像与掩膜上微调的 Segment Anything；适用于框提示。</translation>
    </message>
    <message>
        <location filename="../data_words.py" line="83"/>
        <source>About 1 s a slice on a laptop CPU, then 0.1 s a box; about 0.7 GB memory.</source>
        <translation>笔记本 CPU 上每层约 1 秒，之后每框 0.1 秒；内存约 0.7 GB。</translation>
    </message>
    <message>
        <location filename="../data_words.py" line="83"/>
        <source>MedSAM distilled into a small encoder for 256×256 pictures; the quick choice without a graphics card.</source>
        <translation>将 MedSAM 蒸馏为面向 256×256 图像的小型编码器；没有显卡时的快速选择。</translation>
    </message>
    <message>
        <location filename="../data_words.py" line="83"/>
        <source>About 6 s a slice on a laptop CPU, then 0.1 s a prompt; about 1.1 GB memory.</source>
        <translation>笔记本 CPU 上每层约 6 秒，之后每个提示 0.1 秒；内存约 1.1 GB。</translation>
    </message>
    <message>
        <location filename="../data_words.py" line="83"/>
        <source>Free for any use with attribution. Trained on photographs. Not a medical device.</source>
        <translation>署名后可用于任何用途。用照片训练。不是医疗器械。</translation>
    </message>
    <message>
        <location filename="../data_words.py" line="83"/>
        <source>Meta&apos;s general network for photographs; takes points and gives three candidates.</source>
        <translation>Meta 面向照片的通用网络；支持点提示，给出三个候选结果。</translation>
    </message>
    <message>
        <location filename="../data_words.py" line="83"/>
        <source>About 20 s a slice on a laptop CPU, then 0.1 s a prompt; about 2 GB memory.</source>
        <translation>笔记本 CPU 上每层约 20 秒，之后每个提示 0.1 秒；内存约 2 GB。</translation>
    </message>
    <message>
        <location filename="../data_words.py" line="83"/>
        <source>The larger network of Segment Anything; better borders on photographs, for a graphics card.</source>
        <translation>Segment Anything 中较大的网络；照片边界更准，适合有显卡的计算机。</translation>
    </message>
    <message>
        <location filename="../data_words.py" line="83"/>
        <source>About 40 s a slice on a laptop CPU, then 0.1 s a prompt; about 3.5 GB memory.</source>
        <translation>笔记本 CPU 上每层约 40 秒，之后每个提示 0.1 秒；内存约 3.5 GB。</translation>
    </message>
    <message>
        <location filename="../data_words.py" line="83"/>
        <source>Encodes a slice once, then answers each prompt from that.</source>
        <translation>每个切片编码一次，之后每个提示据此作答。</translation>
    </message>
    <message>
        <location filename="../data_words.py" line="83"/>
        <source>Research use only. Not a medical device.</source>
        <translation>仅供研究使用，不是医疗器械。</translation>
    </message>
</context>
<context>
    <name>ChoosePage</name>
    <message>
        <location filename="../panels/adapt_choice.py" line="67"/>
        <source>A copy of the model learns from the outlines of the ticked cases. Some of these cases are kept aside to test it: you see the scores before and after, and then decide. The present model does not change.</source>
        <translation>模型的一个副本会学习所勾选病例中的轮廓。其中一部分病例留作测试：您会看到学习前后的得分，然后再作决定。当前模型不会改变。</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="74"/>
        <source>All cases</source>
        <translation>全部病例</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="76"/>
        <source>Add cases…</source>
        <translation>添加病例…</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="77"/>
        <source>Pictures and scans from elsewhere, with their masks</source>
        <translation>来自其他位置的图片和扫描及其掩膜</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="79"/>
        <source>Case</source>
        <translation>病例</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="79"/>
        <source>Mask</source>
        <translation>掩膜</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="79"/>
        <source>Cases</source>
        <translation>病例</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="112"/>
        <source>Adapt {0} to my annotations</source>
        <translation>使 {0} 适配我的标注</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="126"/>
        <source>as drawn now, not saved</source>
        <translation>当前绘制的内容，未保存</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="128"/>
        <source>{0} (open now)</source>
        <translation>{0}（当前打开）</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="171"/>
        <source>{0} of {1} cases ticked.</source>
        <translation>已勾选 {0} / {1} 个病例。</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="175"/>
        <source>It works best with six or more; with so few the test says little.</source>
        <translation>六个或更多病例效果最好；病例太少时测试结果意义不大。</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="182"/>
        <source>Tick at least two: one to learn from and one to test on.</source>
        <translation>请至少勾选两个：一个用于学习，一个用于测试。</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="183"/>
        <source>Give the new model a name.</source>
        <translation>请为新模型命名。</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="188"/>
        <source>{0} minutes</source>
        <translation>{0} 分钟</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="190"/>
        <source>For reading, learning and testing together; you can go on working meanwhile</source>
        <translation>读取、学习和测试的总时间；期间您可以继续工作</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="203"/>
        <source>&amp;Time:</source>
        <translation>时间(&amp;T)：</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="203"/>
        <source>&amp;Name:</source>
        <translation>名称(&amp;N)：</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="211"/>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="215"/>
        <source>Start</source>
        <translation>开始</translation>
    </message>
</context>
<context>
    <name>DropHint</name>
    <message>
        <location filename="../panels/drop_hint.py" line="14"/>
        <source>Drop to open</source>
        <translation>松开即可打开</translation>
    </message>
</context>
<context>
    <name>FileFilter</name>
    <message>
        <location filename="../data_words.py" line="50"/>
        <source>Images</source>
        <translation>图像</translation>
    </message>
    <message>
        <location filename="../data_words.py" line="50"/>
        <source>NRRD and MetaImage</source>
        <translation>NRRD 和 MetaImage</translation>
    </message>
    <message>
        <location filename="../data_words.py" line="50"/>
        <source>Pictures</source>
        <translation>图片</translation>
    </message>
    <message>
        <location filename="../data_words.py" line="50"/>
        <source>All files</source>
        <translation>所有文件</translation>
    </message>
</context>
<context>
    <name>FilesController</name>
    <message>
        <location filename="../controllers/files.py" line="101"/>
        <source>Open an image or scan</source>
        <translation>打开图像或影像序列</translation>
    </message>
    <message>
        <location filename="../controllers/files.py" line="109"/>
        <source>Open a folder of DICOM files or pictures</source>
        <translation>打开 DICOM 文件或图片所在的文件夹</translation>
    </message>
    <message>
        <location filename="../controllers/files.py" line="128"/>
        <source>Only files and folders of this machine can be dropped here.</source>
        <translation>只能拖入本机的文件和文件夹。</translation>
    </message>
    <message>
        <location filename="../controllers/files.py" line="147"/>
        <source>Nothing opened yet</source>
        <translation>暂无记录</translation>
    </message>
    <message>
        <location filename="../controllers/files.py" line="150"/>
        <source>Forget these</source>
        <translation>清除记录</translation>
    </message>
    <message>
        <location filename="../controllers/files.py" line="162"/>
        <source>{0}. Licence: {1}</source>
        <translation>{0}。许可：{1}</translation>
    </message>
    <message>
        <location filename="../controllers/files.py" line="168"/>
        <source>Opening {0}</source>
        <translation>正在打开 {0}</translation>
    </message>
    <message>
        <location filename="../controllers/files.py" line="207"/>
        <source>{0} files</source>
        <translation>{0} 个文件</translation>
    </message>
</context>
<context>
    <name>Help</name>
    <message>
        <location filename="../panels/help.py" line="16"/>
        <source>Mouse over a picture</source>
        <translation>鼠标（在图像上）</translation>
    </message>
    <message>
        <location filename="../panels/help.py" line="16"/>
        <source>Left drag (box tool)</source>
        <translation>左键拖动（画框工具）</translation>
    </message>
    <message>
        <location filename="../panels/help.py" line="16"/>
        <source>draw a box; the mask follows</source>
        <translation>画框，随即生成掩膜</translation>
    </message>
    <message>
        <location filename="../panels/help.py" line="16"/>
        <source>Drag a handle or the box</source>
        <translation>拖动框或其控制点</translation>
    </message>
    <message>
        <location filename="../panels/help.py" line="16"/>
        <source>adjust it; the mask is replaced</source>
        <translation>调整框，掩膜随之更新</translation>
    </message>
    <message>
        <location filename="../panels/help.py" line="16"/>
        <source>Ctrl + left drag</source>
        <translation>Ctrl + 左键拖动</translation>
    </message>
    <message>
        <location filename="../panels/help.py" line="16"/>
        <source>draw a box inside of the selected one</source>
        <translation>在所选框内再画一个框</translation>
    </message>
    <message>
        <location filename="../panels/help.py" line="16"/>
        <source>Left click or drag (crosshair tool)</source>
        <translation>左键单击或拖动（十字线工具）</translation>
    </message>
    <message>
        <location filename="../panels/help.py" line="16"/>
        <source>move the crosshair in all planes</source>
        <translation>在各平面中移动十字线</translation>
    </message>
    <message>
        <location filename="../panels/help.py" line="16"/>
        <source>Wheel</source>
        <translation>滚轮</translation>
    </message>
    <message>
        <location filename="../panels/help.py" line="16"/>
        <source>next or previous slice</source>
        <translation>上一层面或下一层面</translation>
    </message>
    <message>
        <location filename="../panels/help.py" line="16"/>
        <source>Ctrl + wheel</source>
        <translation>Ctrl + 滚轮</translation>
    </message>
    <message>
        <location filename="../panels/help.py" line="16"/>
        <source>zoom at the mouse</source>
        <translation>以鼠标位置为中心缩放</translation>
    </message>
    <message>
        <location filename="../panels/help.py" line="16"/>
        <source>Middle drag, or Space + left drag</source>
        <translation>中键拖动，或空格 + 左键拖动</translation>
    </message>
    <message>
        <location filename="../panels/help.py" line="16"/>
        <source>pan</source>
        <translation>平移</translation>
    </message>
    <message>
        <location filename="../panels/help.py" line="16"/>
        <source>Right drag</source>
        <translation>右键拖动</translation>
    </message>
    <message>
        <location filename="../panels/help.py" line="16"/>
        <source>left and right: window width; up and down: level</source>
        <translation>左右调窗宽，上下调窗位</translation>
    </message>
    <message>
        <location filename="../panels/help.py" line="16"/>
        <source>Double click</source>
        <translation>双击</translation>
    </message>
    <message>
        <location filename="../panels/help.py" line="16"/>
        <source>one plane large, and back</source>
        <translation>放大单个平面，再次双击恢复</translation>
    </message>
    <message>
        <location filename="../panels/help.py" line="45"/>
        <source>Keys over a picture</source>
        <translation>键盘（在图像上）</translation>
    </message>
    <message>
        <location filename="../panels/help.py" line="45"/>
        <source>next or previous slice; with Shift, five</source>
        <translation>上一层面或下一层面；按住 Shift 跳五层</translation>
    </message>
    <message>
        <location filename="../panels/help.py" line="45"/>
        <source>first or last slice</source>
        <translation>第一层面或最后层面</translation>
    </message>
    <message>
        <location filename="../panels/help.py" line="45"/>
        <source>delete the selected box and its mask</source>
        <translation>删除所选框及其掩膜</translation>
    </message>
    <message>
        <location filename="../panels/help.py" line="45"/>
        <source>stop what is being drawn or computed</source>
        <translation>停止当前绘制或计算</translation>
    </message>
    <message>
        <location filename="../panels/help.py" line="82"/>
        <source>Menus</source>
        <translation>菜单</translation>
    </message>
    <message>
        <location filename="../panels/help.py" line="94"/>
        <source>Segmentation of medical images from boxes.</source>
        <translation>以框为提示的医学图像分割。</translation>
    </message>
    <message>
        <location filename="../panels/help.py" line="95"/>
        <source>Research use. Not a medical device.</source>
        <translation>仅供研究使用，不是医疗器械。</translation>
    </message>
    <message>
        <location filename="../panels/help.py" line="96"/>
        <source>Apache-2.0. PyQt5 is GPL-3.0, so a bundle with it is GPL-3.0 as well.</source>
        <translation>本程序采用 Apache-2.0。PyQt5 为 GPL-3.0，因此与其打包分发时整体为 GPL-3.0。</translation>
    </message>
</context>
<context>
    <name>LabelModel</name>
    <message>
        <location filename="../data_words.py" line="38"/>
        <source>Label {0}</source>
        <translation>标签 {0}</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="60"/>
        <source>Shown</source>
        <translation>显示</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="60"/>
        <source>Colour</source>
        <translation>颜色</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="60"/>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="60"/>
        <source>Locked</source>
        <translation>锁定</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="92"/>
        <source>rename label</source>
        <translation>重命名标签</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="115"/>
        <source>new label</source>
        <translation>新建标签</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="125"/>
        <source>delete label</source>
        <translation>删除标签</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="163"/>
        <source>Click to hide</source>
        <translation>单击隐藏</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="163"/>
        <source>Click to show</source>
        <translation>单击显示</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="165"/>
        <source>Double-click to choose another colour</source>
        <translation>双击选择其他颜色</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="168"/>
        <source>Locked: nothing changes its voxels. Click to unlock</source>
        <translation>已锁定：其体素不会被更改。单击解锁</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="169"/>
        <source>Click to lock: no tool and no network may change its voxels</source>
        <translation>单击锁定：任何工具和网络都不能更改其体素</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="170"/>
        <source>{0} (value {1}). Double-click to rename</source>
        <translation>{0}（值 {1}）。双击重命名</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="174"/>
        <source>shown</source>
        <translation>已显示</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="174"/>
        <source>hidden</source>
        <translation>已隐藏</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="176"/>
        <source>locked</source>
        <translation>已锁定</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="176"/>
        <source>not locked</source>
        <translation>未锁定</translation>
    </message>
</context>
<context>
    <name>LabelPanel</name>
    <message>
        <location filename="../panels/labels.py" line="81"/>
        <source>New label (N)</source>
        <translation>新建标签 (N)</translation>
    </message>
    <message>
        <location filename="../panels/labels.py" line="82"/>
        <source>Delete the label and its voxels; can be undone</source>
        <translation>删除标签及其体素；可撤销</translation>
    </message>
    <message>
        <location filename="../panels/labels.py" line="88"/>
        <source>Opacity of the active label</source>
        <translation>当前标签的不透明度</translation>
    </message>
    <message>
        <location filename="../panels/labels.py" line="104"/>
        <source>Labels</source>
        <translation>标签</translation>
    </message>
    <message>
        <location filename="../panels/labels.py" line="133"/>
        <source>&amp;Opacity</source>
        <translation>不透明度(&amp;O)</translation>
    </message>
    <message>
        <location filename="../panels/labels.py" line="168"/>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <location filename="../panels/labels.py" line="169"/>
        <source>Colour…</source>
        <translation>颜色…</translation>
    </message>
    <message>
        <location filename="../panels/labels.py" line="170"/>
        <source>Hide</source>
        <translation>隐藏</translation>
    </message>
    <message>
        <location filename="../panels/labels.py" line="170"/>
        <source>Show</source>
        <translation>显示</translation>
    </message>
    <message>
        <location filename="../panels/labels.py" line="173"/>
        <source>Unlock</source>
        <translation>解锁</translation>
    </message>
    <message>
        <location filename="../panels/labels.py" line="173"/>
        <source>Lock</source>
        <translation>锁定</translation>
    </message>
    <message>
        <location filename="../panels/labels.py" line="177"/>
        <source>Delete with its voxels</source>
        <translation>删除标签及其体素</translation>
    </message>
    <message>
        <location filename="../panels/labels.py" line="198"/>
        <source>hide label</source>
        <translation>隐藏标签</translation>
    </message>
    <message>
        <location filename="../panels/labels.py" line="198"/>
        <source>show label</source>
        <translation>显示标签</translation>
    </message>
    <message>
        <location filename="../panels/labels.py" line="204"/>
        <source>unlock label</source>
        <translation>解锁标签</translation>
    </message>
    <message>
        <location filename="../panels/labels.py" line="204"/>
        <source>lock label</source>
        <translation>锁定标签</translation>
    </message>
    <message>
        <location filename="../panels/labels.py" line="215"/>
        <source>Colour of &quot;{0}&quot;</source>
        <translation>“{0}”的颜色</translation>
    </message>
    <message>
        <location filename="../panels/labels.py" line="220"/>
        <source>recolour label</source>
        <translation>更改标签颜色</translation>
    </message>
    <message>
        <location filename="../panels/labels.py" line="228"/>
        <source>label opacity</source>
        <translation>标签不透明度</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <location filename="../main_window.py" line="120"/>
        <source>Labels</source>
        <translation>标签</translation>
    </message>
    <message>
        <location filename="../main_window.py" line="120"/>
        <source>Window</source>
        <translation>窗宽窗位</translation>
    </message>
    <message>
        <location filename="../main_window.py" line="198"/>
        <source>Open an image first.</source>
        <translation>请先打开图像。</translation>
    </message>
    <message>
        <location filename="../main_window.py" line="237"/>
        <source>Saved and verified: {0}</source>
        <translation>已保存并校验：{0}</translation>
    </message>
    <message>
        <location filename="../main_window.py" line="214"/>
        <source>{0} boxes have no mask yet; the file lacks them.</source>
        <translation>有 {0} 个框尚无掩膜，未包含在文件中。</translation>
    </message>
    <message>
        <location filename="../main_window.py" line="220"/>
        <source>No model is loaded, so the box has no mask yet. Choose a model, and it gets one.</source>
        <translation>未载入模型，框尚无掩膜。选择模型后即可生成。</translation>
    </message>
    <message>
        <location filename="../main_window.py" line="222"/>
        <source>Choose a model…</source>
        <translation>选择模型…</translation>
    </message>
    <message>
        <location filename="../main_window.py" line="224"/>
        <source>{0} boxes wait for the model</source>
        <translation>{0} 个框正在等待模型</translation>
    </message>
    <message>
        <location filename="../main_window.py" line="224"/>
        <source>The box waits for the model</source>
        <translation>框正在等待模型</translation>
    </message>
    <message>
        <location filename="../main_window.py" line="231"/>
        <source>{0} masks are being computed…</source>
        <translation>正在计算 {0} 个掩膜…</translation>
    </message>
    <message>
        <location filename="../main_window.py" line="231"/>
        <source>The mask is being computed…</source>
        <translation>正在计算掩膜…</translation>
    </message>
    <message>
        <location filename="../main_window.py" line="251"/>
        <source>Model: {0}. Click to choose another</source>
        <translation>模型：{0}。单击选择其他模型</translation>
    </message>
    <message>
        <location filename="../main_window.py" line="263"/>
        <source>The language changes at the next start of the program.</source>
        <translation>语言将在下次启动程序时更改。</translation>
    </message>
    <message>
        <location filename="../main_window.py" line="268"/>
        <source>Keys and mouse</source>
        <translation>键盘与鼠标</translation>
    </message>
    <message>
        <location filename="../main_window.py" line="276"/>
        <source>About MedSAM</source>
        <translation>关于 MedSAM</translation>
    </message>
</context>
<context>
    <name>ModelCardDialog</name>
    <message>
        <location filename="../panels/model_card.py" line="34"/>
        <source>Model card: {0}</source>
        <translation>模型卡：{0}</translation>
    </message>
    <message>
        <location filename="../panels/model_card.py" line="37"/>
        <source>Model card</source>
        <translation>模型卡</translation>
    </message>
    <message>
        <location filename="../panels/model_card.py" line="40"/>
        <source>Find in the card; Enter: next, Shift+Enter: previous</source>
        <translation>在模型卡中查找；回车：下一个，Shift+回车：上一个</translation>
    </message>
    <message>
        <location filename="../panels/model_card.py" line="41"/>
        <source>Find in the card</source>
        <translation>在模型卡中查找</translation>
    </message>
    <message>
        <location filename="../panels/model_card.py" line="77"/>
        <source>No model card comes with this model. This is what is known of it:</source>
        <translation>此模型没有附带模型卡。已知信息如下：</translation>
    </message>
    <message>
        <location filename="../panels/model_card.py" line="91"/>
        <source>Research use only. Not a medical device.</source>
        <translation>仅供研究使用，不是医疗器械。</translation>
    </message>
    <message>
        <location filename="../panels/model_card.py" line="92"/>
        <source>For first masks in research that a person checks against the picture. Not for diagnosis, treatment or measurements that nobody checked.</source>
        <translation>用于研究中的初步掩膜，须由人员对照影像核查。不得用于诊断、治疗，也不得用于未经核查的测量。</translation>
    </message>
    <message>
        <location filename="../panels/model_card.py" line="97"/>
        <source>The card is in English.</source>
        <translation>以下模型卡为英文。</translation>
    </message>
    <message>
        <location filename="../panels/model_card.py" line="112"/>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <location filename="../panels/model_card.py" line="113"/>
        <source>Copy what is selected, or the whole card</source>
        <translation>复制选中的内容；未选中时复制整张模型卡</translation>
    </message>
    <message>
        <location filename="../panels/model_card.py" line="114"/>
        <source>Find…</source>
        <translation>查找…</translation>
    </message>
    <message>
        <location filename="../panels/model_card.py" line="115"/>
        <source>Find words in the card (Ctrl+F)</source>
        <translation>在模型卡中查找文字（Ctrl+F）</translation>
    </message>
</context>
<context>
    <name>ModelDialog</name>
    <message>
        <location filename="../panels/model_dialog.py" line="275"/>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <location filename="../panels/model_dialog.py" line="66"/>
        <source>About the model</source>
        <translation>模型说明</translation>
    </message>
    <message>
        <location filename="../panels/model_dialog.py" line="80"/>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <location filename="../panels/model_dialog.py" line="82"/>
        <source>For research. None of these is a medical device.</source>
        <translation>仅供研究。以上均不是医疗器械。</translation>
    </message>
    <message>
        <location filename="../panels/model_dialog.py" line="224"/>
        <source>In use</source>
        <translation>使用中</translation>
    </message>
    <message>
        <location filename="../panels/model_dialog.py" line="226"/>
        <source>Installed</source>
        <translation>已安装</translation>
    </message>
    <message>
        <location filename="../panels/model_dialog.py" line="227"/>
        <source>Download, {0}</source>
        <translation>可下载，{0}</translation>
    </message>
    <message>
        <location filename="../panels/model_dialog.py" line="227"/>
        <source>size unknown</source>
        <translation>大小未知</translation>
    </message>
    <message>
        <location filename="../panels/model_dialog.py" line="227"/>
        <source>Missing</source>
        <translation>缺失</translation>
    </message>
    <message>
        <location filename="../panels/model_dialog.py" line="234"/>
        <source>box</source>
        <translation>框</translation>
    </message>
    <message>
        <location filename="../panels/model_dialog.py" line="234"/>
        <source>points</source>
        <translation>点</translation>
    </message>
    <message>
        <location filename="../panels/model_dialog.py" line="234"/>
        <source>mask</source>
        <translation>掩膜</translation>
    </message>
    <message>
        <location filename="../panels/model_dialog.py" line="292"/>
        <source>Use</source>
        <translation>使用</translation>
    </message>
    <message>
        <location filename="../panels/model_dialog.py" line="245"/>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <location filename="../panels/model_dialog.py" line="248"/>
        <source>This file cannot be fetched from here; see below where to get it.</source>
        <translation>无法在此下载该文件；获取方式见下方。</translation>
    </message>
    <message>
        <location filename="../panels/model_dialog.py" line="251"/>
        <source>This model is in use.</source>
        <translation>该模型正在使用。</translation>
    </message>
    <message>
        <location filename="../panels/model_facts.py" line="45"/>
        <source>{0}. {1}</source>
        <translation>{0}。{1}</translation>
    </message>
    <message>
        <location filename="../panels/model_facts.py" line="52"/>
        <source>Licence:</source>
        <translation>许可：</translation>
    </message>
    <message>
        <location filename="../panels/model_facts.py" line="54"/>
        <source>Cost:</source>
        <translation>资源占用：</translation>
    </message>
    <message>
        <location filename="../panels/model_facts.py" line="55"/>
        <source>File:</source>
        <translation>文件：</translation>
    </message>
    <message>
        <location filename="../panels/model_dialog.py" line="266"/>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <location filename="../panels/model_dialog.py" line="267"/>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <location filename="../panels/model_dialog.py" line="268"/>
        <source>Cost</source>
        <translation>资源占用</translation>
    </message>
    <message>
        <location filename="../panels/model_dialog.py" line="269"/>
        <source>Prompts</source>
        <translation>提示</translation>
    </message>
    <message>
        <location filename="../panels/model_dialog.py" line="270"/>
        <source>Licence</source>
        <translation>许可</translation>
    </message>
    <message>
        <location filename="../panels/model_dialog.py" line="294"/>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <location filename="../panels/model_dialog.py" line="296"/>
        <source>From a file…</source>
        <translation>从文件载入…</translation>
    </message>
    <message>
        <location filename="../panels/model_dialog.py" line="297"/>
        <source>Use a checkpoint of your own: .pth, .pt or .safetensors</source>
        <translation>使用自己的权重文件：.pth、.pt 或 .safetensors</translation>
    </message>
    <message>
        <location filename="../panels/model_dialog.py" line="123"/>
        <source>My models</source>
        <translation>我的模型</translation>
    </message>
    <message>
        <location filename="../panels/model_dialog.py" line="123"/>
        <source>Published models</source>
        <translation>公开发布的模型</translation>
    </message>
    <message>
        <location filename="../panels/model_facts.py" line="38"/>
        <source>Not stated</source>
        <translation>未说明</translation>
    </message>
    <message>
        <location filename="../panels/model_dialog.py" line="181"/>
        <source>And {0} more.</source>
        <translation>另有 {0} 个。</translation>
    </message>
    <message>
        <location filename="../panels/model_dialog.py" line="182"/>
        <source>Left out: {0}</source>
        <translation>未列出：{0}</translation>
    </message>
    <message>
        <location filename="../panels/model_facts.py" line="49"/>
        <source>{0}, in {1}</source>
        <translation>{0}，位于 {1}</translation>
    </message>
    <message>
        <location filename="../panels/model_facts.py" line="53"/>
        <source>Licences of what went in:</source>
        <translation>所用数据与权重的许可：</translation>
    </message>
    <message>
        <location filename="../panels/model_facts.py" line="65"/>
        <source>This file does not say what it was trained on.</source>
        <translation>此文件未说明其训练数据。</translation>
    </message>
    <message>
        <location filename="../panels/model_facts.py" line="67"/>
        <source>Trained on (cases):</source>
        <translation>训练数据（病例数）：</translation>
    </message>
    <message>
        <location filename="../panels/model_facts.py" line="68"/>
        <source>Started from:</source>
        <translation>起始权重：</translation>
    </message>
    <message>
        <location filename="../panels/model_facts.py" line="69"/>
        <source>Scores:</source>
        <translation>评分：</translation>
    </message>
    <message>
        <location filename="../panels/model_facts.py" line="70"/>
        <source>Validation:</source>
        <translation>验证：</translation>
    </message>
    <message>
        <location filename="../panels/model_dialog.py" line="298"/>
        <source>Model card…</source>
        <translation>模型卡…</translation>
    </message>
    <message>
        <location filename="../panels/model_dialog.py" line="299"/>
        <source>What the model is for, its scores, failures, data and terms</source>
        <translation>模型的用途、得分、失败案例、数据和使用条款</translation>
    </message>
</context>
<context>
    <name>ModelsController</name>
    <message>
        <location filename="../controllers/models.py" line="108"/>
        <source>Choose a checkpoint</source>
        <translation>选择权重文件</translation>
    </message>
    <message>
        <location filename="../controllers/models.py" line="108"/>
        <source>Checkpoints</source>
        <translation>权重文件</translation>
    </message>
    <message>
        <location filename="../controllers/models.py" line="161"/>
        <source>Downloading {0}</source>
        <translation>正在下载 {0}</translation>
    </message>
    <message>
        <location filename="../controllers/models.py" line="177"/>
        <source>Connecting…</source>
        <translation>正在连接…</translation>
    </message>
    <message>
        <location filename="../controllers/models.py" line="230"/>
        <source>Choose a model…</source>
        <translation>选择模型…</translation>
    </message>
    <message>
        <location filename="../controllers/models.py" line="237"/>
        <source>Start again</source>
        <translation>重新启动</translation>
    </message>
    <message>
        <location filename="../controllers/models.py" line="241"/>
        <source>Restarting the engine…</source>
        <translation>正在重启引擎…</translation>
    </message>
    <message>
        <location filename="../controllers/models.py" line="241"/>
        <source>Engine stopped</source>
        <translation>引擎已停止</translation>
    </message>
    <message>
        <location filename="../controllers/models.py" line="260"/>
        <source>{0} · slice {1}</source>
        <translation>{0} · 层面 {1}</translation>
    </message>
    <message>
        <location filename="../controllers/models.py" line="273"/>
        <source>No engine</source>
        <translation>无引擎</translation>
    </message>
    <message>
        <location filename="../controllers/models.py" line="275"/>
        <source>Starting the engine…</source>
        <translation>正在启动引擎…</translation>
    </message>
    <message>
        <location filename="../controllers/models.py" line="322"/>
        <source>Loading {0}…</source>
        <translation>正在载入 {0}…</translation>
    </message>
    <message>
        <location filename="../controllers/models.py" line="285"/>
        <source>No model</source>
        <translation>无模型</translation>
    </message>
    <message>
        <location filename="../controllers/models.py" line="251"/>
        <source>The model&apos;s process ended and is back. Nothing was lost.</source>
        <translation>模型进程曾意外结束，现已恢复。没有丢失任何内容。</translation>
    </message>
    <message>
        <location filename="../controllers/models.py" line="209"/>
        <source>No other model was used since the program started.</source>
        <translation>程序启动以来没有使用过其他模型。</translation>
    </message>
    <message>
        <location filename="../controllers/models.py" line="214"/>
        <source>&amp;Back to {0}</source>
        <translation>返回 {0}(&amp;B)</translation>
    </message>
</context>
<context>
    <name>Presenter</name>
    <message>
        <location filename="../errors.py" line="131"/>
        <source>There is not enough memory for this. Close other programs or open a smaller image.</source>
        <translation>内存不足。请关闭其他程序或打开较小的图像。</translation>
    </message>
    <message>
        <location filename="../errors.py" line="137"/>
        <source>Something inside the program failed ({0}). Your work is kept; the log holds the details.</source>
        <translation>程序内部出错（{0}）。您的工作已保留；详情见日志。</translation>
    </message>
</context>
<context>
    <name>Preset</name>
    <message>
        <location filename="../data_words.py" line="43"/>
        <source>Soft tissue</source>
        <translation>软组织</translation>
    </message>
    <message>
        <location filename="../data_words.py" line="43"/>
        <source>Lung</source>
        <translation>肺</translation>
    </message>
    <message>
        <location filename="../data_words.py" line="43"/>
        <source>Bone</source>
        <translation>骨</translation>
    </message>
    <message>
        <location filename="../data_words.py" line="43"/>
        <source>Brain</source>
        <translation>脑</translation>
    </message>
    <message>
        <location filename="../data_words.py" line="43"/>
        <source>Mediastinum</source>
        <translation>纵隔</translation>
    </message>
</context>
<context>
    <name>ResultPage</name>
    <message>
        <location filename="../panels/adapt_pages.py" line="170"/>
        <source>Label</source>
        <translation>标签</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="171"/>
        <source>Outlines</source>
        <translation>轮廓数</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="172"/>
        <source>Before</source>
        <translation>之前</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="173"/>
        <source>After</source>
        <translation>之后</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="174"/>
        <source>Change</source>
        <translation>变化</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="176"/>
        <source>Scores before and after</source>
        <translation>学习前后的得分</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="179"/>
        <source>Save elsewhere…</source>
        <translation>保存到其他位置…</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="183"/>
        <source>Keep the present one</source>
        <translation>保留当前模型</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="185"/>
        <source>Use the adapted model</source>
        <translation>使用适配后的模型</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="212"/>
        <source>The adapted model is better: Dice {0}</source>
        <translation>适配后的模型更好：Dice {0}</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="214"/>
        <source>The adapted model is no better: Dice {0}</source>
        <translation>适配后的模型没有更好：Dice {0}</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="216"/>
        <source>The adapted model is worse: Dice {0}</source>
        <translation>适配后的模型更差：Dice {0}</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="233"/>
        <source>Keep the present one. More cases, more time or other cases may help; nothing was changed.</source>
        <translation>建议保留当前模型。更多病例、更长时间或其他病例可能会有帮助；没有任何内容被更改。</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="238"/>
        <source>It is better on the whole, but worse for: {0}.</source>
        <translation>总体上更好，但以下标签变差：{0}。</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="241"/>
        <source>You can go back to the present one at any time, with one click in the menu Model.</source>
        <translation>您可以随时在“模型”菜单中一键返回当前模型。</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="250"/>
        <source>Dice is 1 where the outline is yours to the pixel and 0 where nothing overlaps.</source>
        <translation>Dice 为 1 表示轮廓与您的完全一致，为 0 表示没有任何重叠。</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="253"/>
        <source>Cases were told apart by file. Pictures of one patient on both sides make the scores look better than they are.</source>
        <translation>病例按文件区分。若同一患者的图片既用于学习又用于测试，得分会显得偏高。</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="260"/>
        <source>Left out:</source>
        <translation>未采用：</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="263"/>
        <source>And {0} more.</source>
        <translation>另有 {0} 个。</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="270"/>
        <source>All outlines</source>
        <translation>全部轮廓</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="246"/>
        <source>Tested on outlines that it did not learn from: {0}, in cases: {1}. Better than before: {2}, worse: {3}.</source>
        <translation>在未参与学习的轮廓上测试：{0} 个，病例：{1} 个。比之前更好：{2}，更差：{3}。</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="240"/>
        <source>It was tested on few outlines only, so try it out before you rely on it.</source>
        <translation>只在少量轮廓上测试过，请先试用再依赖它。</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="180"/>
        <source>Put it into a folder of your choice and use it from there</source>
        <translation>放入您选择的文件夹，并从那里使用</translation>
    </message>
</context>
<context>
    <name>Sample</name>
    <message>
        <location filename="../data_words.py" line="56"/>
        <source>Abdominal CT (made up)</source>
        <translation>腹部 CT（合成）</translation>
    </message>
    <message>
        <location filename="../data_words.py" line="56"/>
        <source>Fundus photograph</source>
        <translation>眼底照片</translation>
    </message>
    <message>
        <location filename="../data_words.py" line="56"/>
        <source>Colon glands, immunohistochemistry</source>
        <translation>结肠腺体，免疫组化</translation>
    </message>
    <message>
        <location filename="../data_words.py" line="56"/>
        <source>Retina with microaneurysms, detail</source>
        <translation>视网膜微动脉瘤，局部</translation>
    </message>
    <message>
        <location filename="../data_words.py" line="56"/>
        <source>Cell, quantitative phase</source>
        <translation>细胞，定量相位</translation>
    </message>
    <message>
        <location filename="../data_words.py" line="56"/>
        <source>CT slice, 128 x 128</source>
        <translation>CT 层面，128 x 128</translation>
    </message>
    <message>
        <location filename="../data_words.py" line="56"/>
        <source>MR slice, 64 x 64</source>
        <translation>MR 层面，64 x 64</translation>
    </message>
    <message>
        <location filename="../data_words.py" line="56"/>
        <source>MR slice, 300 x 484</source>
        <translation>MR 层面，300 x 484</translation>
    </message>
    <message>
        <location filename="../data_words.py" line="56"/>
        <source>Ultrasound, 30 frames</source>
        <translation>超声，30 帧</translation>
    </message>
    <message>
        <location filename="../data_words.py" line="56"/>
        <source>volume</source>
        <translation>体数据</translation>
    </message>
    <message>
        <location filename="../data_words.py" line="56"/>
        <source>picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <location filename="../data_words.py" line="56"/>
        <source>Made by this program; no patient; free to use.</source>
        <translation>由本程序生成；不涉及患者；可自由使用。</translation>
    </message>
    <message>
        <location filename="../data_words.py" line="56"/>
        <source>M. Häggström, Wikimedia Commons, CC0 1.0; shipped with scikit-image.</source>
        <translation>M. Häggström，Wikimedia Commons，CC0 1.0；随 scikit-image 附带。</translation>
    </message>
    <message>
        <location filename="../data_words.py" line="56"/>
        <source>P. Müller et al. 2018, CC0; shipped with scikit-image.</source>
        <translation>P. Müller 等，2018，CC0；随 scikit-image 附带。</translation>
    </message>
    <message>
        <location filename="../data_words.py" line="56"/>
        <source>Test file of pydicom, shipped with it under the MIT licence.</source>
        <translation>pydicom 的测试文件，随其以 MIT 许可附带。</translation>
    </message>
    <message>
        <location filename="../data_words.py" line="56"/>
        <source>Center for Microscopy and Molecular Imaging, no known copyright restrictions; shipped with scikit-image.</source>
        <translation>Center for Microscopy and Molecular Imaging，无已知版权限制；随 scikit-image 附带。</translation>
    </message>
    <message>
        <location filename="../data_words.py" line="56"/>
        <source>High-Resolution Fundus database, CC0 by A. Maier; shipped with scikit-image.</source>
        <translation>High-Resolution Fundus 数据库，A. Maier 以 CC0 发布；随 scikit-image 附带。</translation>
    </message>
    <message>
        <location filename="../data_words.py" line="56"/>
        <source>Sample CT (made up)</source>
        <translation>示例 CT（合成）</translation>
    </message>
</context>
<context>
    <name>SaveController</name>
    <message>
        <location filename="../controllers/saving.py" line="123"/>
        <source>Load a mask of this image</source>
        <translation>载入该图像的掩膜</translation>
    </message>
    <message>
        <location filename="../controllers/saving.py" line="135"/>
        <source>load {0}</source>
        <translation>载入 {0}</translation>
    </message>
    <message>
        <location filename="../controllers/saving.py" line="148"/>
        <source>Loading {0}</source>
        <translation>正在载入 {0}</translation>
    </message>
    <message>
        <location filename="../controllers/saving.py" line="179"/>
        <source>Save as…</source>
        <translation>另存为…</translation>
    </message>
    <message>
        <location filename="../controllers/saving.py" line="182"/>
        <source>Saving {0} and reading it back</source>
        <translation>正在保存 {0} 并回读校验</translation>
    </message>
    <message>
        <location filename="../controllers/saving.py" line="200"/>
        <source>Save the mask</source>
        <translation>保存掩膜</translation>
    </message>
    <message>
        <location filename="../controllers/saving.py" line="212"/>
        <source>Masks</source>
        <translation>掩膜</translation>
    </message>
    <message>
        <location filename="../controllers/saving.py" line="218"/>
        <source>Unsaved mask</source>
        <translation>掩膜未保存</translation>
    </message>
    <message>
        <location filename="../controllers/saving.py" line="219"/>
        <source>The mask of {0} has changes that are not saved.</source>
        <translation>{0} 的掩膜有未保存的更改。</translation>
    </message>
    <message>
        <location filename="../controllers/saving.py" line="221"/>
        <source>Don&apos;t save</source>
        <translation>不保存</translation>
    </message>
</context>
<context>
    <name>SegmentationController</name>
    <message>
        <location filename="../controllers/segmentation.py" line="75"/>
        <source>The label &quot;{0}&quot; is locked. Unlock it or choose another one.</source>
        <translation>标签“{0}”已锁定。请解锁或选择其他标签。</translation>
    </message>
    <message>
        <location filename="../controllers/segmentation.py" line="138"/>
        <source>delete box on slice {0}</source>
        <translation>删除层面 {0} 上的框</translation>
    </message>
    <message>
        <location filename="../controllers/segmentation.py" line="189"/>
        <source>The model found nothing in the box on slice {0}.</source>
        <translation>模型在层面 {0} 的框内未找到目标。</translation>
    </message>
    <message>
        <location filename="../controllers/segmentation.py" line="224"/>
        <source>box on slice {0}</source>
        <translation>层面 {0} 上画框</translation>
    </message>
    <message>
        <location filename="../controllers/segmentation.py" line="224"/>
        <source>change of box on slice {0}</source>
        <translation>调整层面 {0} 上的框</translation>
    </message>
    <message>
        <location filename="../controllers/segmentation.py" line="258"/>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <location filename="../controllers/segmentation.py" line="373"/>
        <source>No box is selected.</source>
        <translation>未选择框。</translation>
    </message>
    <message>
        <location filename="../controllers/segmentation.py" line="295"/>
        <source>Drag adjusts; Ctrl + drag draws a new box</source>
        <translation>拖动可调整；Ctrl + 拖动可画新框</translation>
    </message>
    <message>
        <location filename="../controllers/segmentation.py" line="83"/>
        <source>show label</source>
        <translation>显示标签</translation>
    </message>
    <message>
        <location filename="../controllers/segmentation.py" line="191"/>
        <source>The model found nothing in the box on slice {0}. If something is there, use its guess.</source>
        <translation>模型在层面 {0} 的框内未找到目标。若确有目标，可采用其推测结果。</translation>
    </message>
    <message>
        <location filename="../controllers/segmentation.py" line="260"/>
        <source>&amp;Use the guess</source>
        <translation>采用推测结果(&amp;U)</translation>
    </message>
</context>
<context>
    <name>SeriesDialog</name>
    <message>
        <location filename="../panels/series_dialog.py" line="27"/>
        <source>Choose a series</source>
        <translation>选择序列</translation>
    </message>
    <message>
        <location filename="../panels/series_dialog.py" line="55"/>
        <source>Description</source>
        <translation>描述</translation>
    </message>
    <message>
        <location filename="../panels/series_dialog.py" line="55"/>
        <source>Modality</source>
        <translation>模态</translation>
    </message>
    <message>
        <location filename="../panels/series_dialog.py" line="55"/>
        <source>Images</source>
        <translation>图像数</translation>
    </message>
    <message>
        <location filename="../panels/series_dialog.py" line="55"/>
        <source>Remarks</source>
        <translation>备注</translation>
    </message>
    <message>
        <location filename="../panels/series_dialog.py" line="59"/>
        <source>Image series</source>
        <translation>图像序列</translation>
    </message>
    <message>
        <location filename="../panels/series_dialog.py" line="70"/>
        <source>see below</source>
        <translation>见下方</translation>
    </message>
    <message>
        <location filename="../panels/series_dialog.py" line="29"/>
        <source>{0} holds {1} series. Which one?</source>
        <translation>{0} 包含 {1} 个序列。打开哪一个？</translation>
    </message>
</context>
<context>
    <name>SliceStates</name>
    <message>
        <location filename="../controllers/slices.py" line="142"/>
        <source>Preparing this slice…</source>
        <translation>正在准备此层面…</translation>
    </message>
</context>
<context>
    <name>SliceStrip</name>
    <message>
        <location filename="../canvas/slice_strip.py" line="400"/>
        <source>Slice</source>
        <translation>层面</translation>
    </message>
    <message>
        <location filename="../canvas/slice_strip.py" line="293"/>
        <source>has a mask</source>
        <translation>有掩膜</translation>
    </message>
    <message>
        <location filename="../canvas/slice_strip.py" line="293"/>
        <source>no mask</source>
        <translation>无掩膜</translation>
    </message>
    <message>
        <location filename="../canvas/slice_strip.py" line="295"/>
        <source>Slice {number} of {count}: {mask}</source>
        <translation>层面 {number}/{count}：{mask}</translation>
    </message>
    <message>
        <location filename="../canvas/slice_strip.py" line="296"/>
        <source>Marks above the line: slices with a mask.</source>
        <translation>线上方标记：有掩膜的层面。</translation>
    </message>
    <message>
        <location filename="../canvas/slice_strip.py" line="298"/>
        <source>Slice {number} of {count}: {state}, {mask}</source>
        <translation>层面 {number}/{count}：{state}，{mask}</translation>
    </message>
    <message>
        <location filename="../canvas/slice_strip.py" line="299"/>
        <source>Upper marks: slices with a mask. Lower bar: full = encoded, hatched = waiting.</source>
        <translation>上方标记：有掩膜的层面。下方条：实心 = 已编码，斜线 = 等待。</translation>
    </message>
    <message>
        <location filename="../canvas/slice_strip.py" line="306"/>
        <source>not encoded</source>
        <translation>未编码</translation>
    </message>
    <message>
        <location filename="../canvas/slice_strip.py" line="307"/>
        <source>waiting to be encoded</source>
        <translation>等待编码</translation>
    </message>
    <message>
        <location filename="../canvas/slice_strip.py" line="308"/>
        <source>being encoded</source>
        <translation>正在编码</translation>
    </message>
    <message>
        <location filename="../canvas/slice_strip.py" line="309"/>
        <source>encoded</source>
        <translation>已编码</translation>
    </message>
</context>
<context>
    <name>SliceView</name>
    <message>
        <location filename="../canvas/captions.py" line="19"/>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <location filename="../canvas/captions.py" line="21"/>
        <source>Axial</source>
        <translation>轴位</translation>
    </message>
    <message>
        <location filename="../canvas/captions.py" line="22"/>
        <source>Coronal</source>
        <translation>冠状位</translation>
    </message>
    <message>
        <location filename="../canvas/captions.py" line="23"/>
        <source>Sagittal</source>
        <translation>矢状位</translation>
    </message>
    <message>
        <location filename="../canvas/captions.py" line="43"/>
        <source>Slice {number}/{count}</source>
        <translation>层面 {number}/{count}</translation>
    </message>
    <message>
        <location filename="../canvas/captions.py" line="48"/>
        <source>W {width}  L {level}</source>
        <translation>窗宽 {width}  窗位 {level}</translation>
    </message>
    <message>
        <location filename="../canvas/scene_canvas.py" line="370"/>
        <source>Slice view, empty</source>
        <translation>层面视图，空</translation>
    </message>
    <message>
        <location filename="../canvas/scene_canvas.py" line="374"/>
        <source>{plane} slice view</source>
        <translation>{plane}层面视图</translation>
    </message>
    <message>
        <location filename="../canvas/scene_canvas.py" line="375"/>
        <source>Slice {number} of {count}</source>
        <translation>层面 {number}/{count}</translation>
    </message>
    <message>
        <location filename="../canvas/scene_canvas.py" line="448"/>
        <source>Open or drop a scan here</source>
        <translation>打开影像或将其拖放到此处</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <location filename="../panels/status.py" line="54"/>
        <source>Position under the mouse in mm</source>
        <translation>鼠标处位置 (mm)</translation>
    </message>
    <message>
        <location filename="../panels/status.py" line="55"/>
        <source>Voxel under the mouse</source>
        <translation>鼠标处体素</translation>
    </message>
    <message>
        <location filename="../panels/status.py" line="56"/>
        <source>Raw value under the mouse</source>
        <translation>鼠标处原始值</translation>
    </message>
    <message>
        <location filename="../panels/status.py" line="57"/>
        <source>Label under the mouse</source>
        <translation>鼠标处标签</translation>
    </message>
    <message>
        <location filename="../panels/status.py" line="67"/>
        <source>Progress of the engine</source>
        <translation>引擎进度</translation>
    </message>
</context>
<context>
    <name>TaskRow</name>
    <message>
        <location filename="../panels/banners.py" line="138"/>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>ViewController</name>
    <message>
        <location filename="../controllers/view.py" line="279"/>
        <source>Open an image first.</source>
        <translation>请先打开图像。</translation>
    </message>
    <message>
        <location filename="../controllers/view.py" line="281"/>
        <source>A colour picture has no window.</source>
        <translation>彩色图片没有窗宽窗位。</translation>
    </message>
    <message>
        <location filename="../controllers/view.py" line="285"/>
        <source>Presets are Hounsfield windows, for CT only.</source>
        <translation>预设以 HU 为单位，仅适用于 CT。</translation>
    </message>
    <message>
        <location filename="../controllers/view.py" line="291"/>
        <source>This image has only one plane.</source>
        <translation>该图像只有一个平面。</translation>
    </message>
</context>
<context>
    <name>WelcomePage</name>
    <message>
        <location filename="../panels/welcome.py" line="31"/>
        <source>Open…</source>
        <translation>打开…</translation>
    </message>
    <message>
        <location filename="../panels/welcome.py" line="34"/>
        <source>Open folder…</source>
        <translation>打开文件夹…</translation>
    </message>
    <message>
        <location filename="../panels/welcome.py" line="36"/>
        <source>Open sample</source>
        <translation>打开示例</translation>
    </message>
    <message>
        <location filename="../panels/welcome.py" line="40"/>
        <source>Recent</source>
        <translation>最近打开</translation>
    </message>
    <message>
        <location filename="../panels/welcome.py" line="64"/>
        <source>Open {0}</source>
        <translation>打开 {0}</translation>
    </message>
    <message>
        <location filename="../panels/welcome.py" line="72"/>
        <source>Open a scan to begin</source>
        <translation>打开影像，开始标注</translation>
    </message>
    <message>
        <location filename="../panels/welcome.py" line="74"/>
        <source>or drop a scan, a picture or a DICOM folder here</source>
        <translation>或将影像、图片或 DICOM 文件夹拖放到此处</translation>
    </message>
    <message>
        <location filename="../panels/welcome.py" line="76"/>
        <source>Research use. Not a medical device.</source>
        <translation>仅供研究使用，不是医疗器械。</translation>
    </message>
</context>
<context>
    <name>WindowPanel</name>
    <message>
        <location filename="../panels/window_level.py" line="37"/>
        <source>Window preset</source>
        <translation>窗宽窗位预设</translation>
    </message>
    <message>
        <location filename="../panels/window_level.py" line="38"/>
        <source>Window level (centre)</source>
        <translation>窗位（窗中心）</translation>
    </message>
    <message>
        <location filename="../panels/window_level.py" line="39"/>
        <source>Window width</source>
        <translation>窗宽</translation>
    </message>
    <message>
        <location filename="../panels/window_level.py" line="43"/>
        <source>Auto</source>
        <translation>自动</translation>
    </message>
    <message>
        <location filename="../panels/window_level.py" line="44"/>
        <source>Fit the window to this slice (A)</source>
        <translation>按当前层面自动调整窗宽窗位 (A)</translation>
    </message>
    <message>
        <location filename="../panels/window_level.py" line="45"/>
        <source>Reset</source>
        <translation>重置</translation>
    </message>
    <message>
        <location filename="../panels/window_level.py" line="46"/>
        <source>Back to the window this image opened with</source>
        <translation>恢复打开图像时的窗宽窗位</translation>
    </message>
    <message>
        <location filename="../panels/window_level.py" line="61"/>
        <source>Custom</source>
        <translation>自定义</translation>
    </message>
    <message>
        <location filename="../panels/window_level.py" line="74"/>
        <source>A colour picture is shown as it is.</source>
        <translation>彩色图片按原样显示。</translation>
    </message>
    <message>
        <location filename="../panels/window_level.py" line="76"/>
        <source>Presets are Hounsfield windows, for CT only</source>
        <translation>预设以 HU 为单位，仅适用于 CT</translation>
    </message>
    <message>
        <location filename="../panels/window_level.py" line="111"/>
        <source>&amp;Preset</source>
        <translation>预设(&amp;P)</translation>
    </message>
    <message>
        <location filename="../panels/window_level.py" line="111"/>
        <source>&amp;Level</source>
        <translation>窗位(&amp;L)</translation>
    </message>
    <message>
        <location filename="../panels/window_level.py" line="111"/>
        <source>&amp;Width</source>
        <translation>窗宽(&amp;W)</translation>
    </message>
</context>
</TS>
