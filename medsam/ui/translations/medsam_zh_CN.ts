<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Actions</name>
    <message>
        <location filename="../action_specs/files.py" line="15"/>
        <source>&amp;Open…</source>
        <translation>打开(&amp;O)…</translation>
    </message>
    <message>
        <location filename="../action_specs/files.py" line="15"/>
        <source>Open an image or scan</source>
        <translation>打开图像或影像序列</translation>
    </message>
    <message>
        <location filename="../action_specs/files.py" line="22"/>
        <source>Open &amp;folder…</source>
        <translation>打开文件夹(&amp;F)…</translation>
    </message>
    <message>
        <location filename="../action_specs/files.py" line="22"/>
        <source>Open a folder of DICOM files or pictures</source>
        <translation>打开 DICOM 文件或图片所在的文件夹</translation>
    </message>
    <message>
        <location filename="../action_specs/files.py" line="29"/>
        <source>&amp;Save mask</source>
        <translation>保存掩膜(&amp;S)</translation>
    </message>
    <message>
        <location filename="../action_specs/files.py" line="29"/>
        <source>Save the label map and read it back</source>
        <translation>保存标签图并回读校验</translation>
    </message>
    <message>
        <location filename="../action_specs/files.py" line="36"/>
        <source>Save mask &amp;as…</source>
        <translation>掩膜另存为(&amp;A)…</translation>
    </message>
    <message>
        <location filename="../action_specs/files.py" line="36"/>
        <source>Save the label map elsewhere</source>
        <translation>将标签图保存到其他位置</translation>
    </message>
    <message>
        <location filename="../action_specs/files.py" line="43"/>
        <source>&amp;Load mask…</source>
        <translation>载入掩膜(&amp;L)…</translation>
    </message>
    <message>
        <location filename="../action_specs/files.py" line="43"/>
        <source>Continue from a label map of this image</source>
        <translation>载入该图像的标签图并继续标注</translation>
    </message>
    <message>
        <location filename="../action_specs/files.py" line="50"/>
        <source>&amp;Close image</source>
        <translation>关闭图像(&amp;C)</translation>
    </message>
    <message>
        <location filename="../action_specs/files.py" line="50"/>
        <source>Close the image</source>
        <translation>关闭图像</translation>
    </message>
    <message>
        <location filename="../action_specs/files.py" line="57"/>
        <source>&amp;Quit</source>
        <translation>退出(&amp;Q)</translation>
    </message>
    <message>
        <location filename="../action_specs/files.py" line="57"/>
        <source>Leave the program</source>
        <translation>退出程序</translation>
    </message>
    <message>
        <location filename="../action_specs/edit.py" line="15"/>
        <source>&amp;Delete box</source>
        <translation>删除框(&amp;D)</translation>
    </message>
    <message>
        <location filename="../action_specs/edit.py" line="15"/>
        <source>Delete the selected box and its mask</source>
        <translation>删除所选框及其掩膜</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="21"/>
        <source>&amp;New label</source>
        <translation>新建标签(&amp;N)</translation>
    </message>
    <message>
        <location filename="../action_specs/edit.py" line="29"/>
        <source>S&amp;top</source>
        <translation>停止(&amp;T)</translation>
    </message>
    <message>
        <location filename="../action_specs/edit.py" line="29"/>
        <source>Stop what is being drawn or computed</source>
        <translation>停止当前绘制或计算</translation>
    </message>
    <message>
        <location filename="../action_specs/tools.py" line="15"/>
        <source>&amp;Box</source>
        <translation>画框(&amp;B)</translation>
    </message>
    <message>
        <location filename="../action_specs/tools.py" line="15"/>
        <source>Draw a box around an object</source>
        <translation>框选目标</translation>
    </message>
    <message>
        <location filename="../actions.py" line="197"/>
        <source>&amp;Crosshair</source>
        <translation>十字线(&amp;C)</translation>
    </message>
    <message>
        <location filename="../action_specs/tools.py" line="23"/>
        <source>Move the crosshair through all planes</source>
        <translation>在各平面中移动十字线</translation>
    </message>
    <message>
        <location filename="../action_specs/layout.py" line="15"/>
        <source>One &amp;large, two small</source>
        <translation>一大两小(&amp;L)</translation>
    </message>
    <message>
        <location filename="../action_specs/layout.py" line="15"/>
        <source>The axial plane large, the others beside it</source>
        <translation>轴位大窗，其余平面在旁</translation>
    </message>
    <message>
        <location filename="../action_specs/layout.py" line="23"/>
        <source>&amp;Side by side</source>
        <translation>并排(&amp;S)</translation>
    </message>
    <message>
        <location filename="../action_specs/layout.py" line="23"/>
        <source>Three planes beside each other</source>
        <translation>三个平面并排显示</translation>
    </message>
    <message>
        <location filename="../action_specs/layout.py" line="31"/>
        <source>&amp;One plane</source>
        <translation>单平面(&amp;O)</translation>
    </message>
    <message>
        <location filename="../action_specs/layout.py" line="31"/>
        <source>Only the plane under the mouse; again for all</source>
        <translation>只显示鼠标所在平面；再按恢复全部</translation>
    </message>
    <message>
        <location filename="../action_specs/layout.py" line="39"/>
        <source>Side &amp;panel</source>
        <translation>侧栏(&amp;P)</translation>
    </message>
    <message>
        <location filename="../action_specs/layout.py" line="39"/>
        <source>Show or hide labels and window</source>
        <translation>显示或隐藏标签与窗宽窗位面板</translation>
    </message>
    <message>
        <location filename="../action_specs/window.py" line="17"/>
        <source>Window: {0}, level {1:g} HU, width {2:g} HU</source>
        <translation>窗：{0}，窗位 {1:g} HU，窗宽 {2:g} HU</translation>
    </message>
    <message>
        <location filename="../action_specs/window.py" line="30"/>
        <source>&amp;Auto window</source>
        <translation>自动窗宽窗位(&amp;A)</translation>
    </message>
    <message>
        <location filename="../action_specs/window.py" line="30"/>
        <source>Fit the window to this slice</source>
        <translation>按当前层面自动调整窗宽窗位</translation>
    </message>
    <message>
        <location filename="../action_specs/window.py" line="37"/>
        <source>Reset &amp;window</source>
        <translation>重置窗宽窗位(&amp;W)</translation>
    </message>
    <message>
        <location filename="../action_specs/window.py" line="37"/>
        <source>The window this image opened with</source>
        <translation>恢复打开图像时的窗宽窗位</translation>
    </message>
    <message>
        <location filename="../action_specs/view.py" line="15"/>
        <source>Show &amp;masks</source>
        <translation>显示掩膜(&amp;M)</translation>
    </message>
    <message>
        <location filename="../action_specs/view.py" line="15"/>
        <source>Show or hide masks and boxes</source>
        <translation>显示或隐藏掩膜和框</translation>
    </message>
    <message>
        <location filename="../action_specs/view.py" line="23"/>
        <source>&amp;Fit</source>
        <translation>适合窗口(&amp;F)</translation>
    </message>
    <message>
        <location filename="../action_specs/view.py" line="23"/>
        <source>Fit the pictures into their panes</source>
        <translation>缩放图像以适合视图</translation>
    </message>
    <message>
        <location filename="../action_specs/view.py" line="45"/>
        <source>&amp;Reset view</source>
        <translation>重置视图(&amp;R)</translation>
    </message>
    <message>
        <location filename="../action_specs/view.py" line="45"/>
        <source>Fit, middle slices, and the window the image opened with</source>
        <translation>适合窗口，回到中间层面和初始窗宽窗位</translation>
    </message>
    <message>
        <location filename="../action_specs/preferences.py" line="34"/>
        <source>&amp;System</source>
        <translation>跟随系统(&amp;S)</translation>
    </message>
    <message>
        <location filename="../action_specs/preferences.py" line="22"/>
        <source>Follow the system&apos;s colours</source>
        <translation>跟随系统配色</translation>
    </message>
    <message>
        <location filename="../action_specs/preferences.py" line="30"/>
        <source>&amp;Light</source>
        <translation>浅色(&amp;L)</translation>
    </message>
    <message>
        <location filename="../action_specs/preferences.py" line="30"/>
        <source>Light colours</source>
        <translation>浅色配色</translation>
    </message>
    <message>
        <location filename="../action_specs/preferences.py" line="33"/>
        <source>&amp;Dark</source>
        <translation>深色(&amp;D)</translation>
    </message>
    <message>
        <location filename="../action_specs/preferences.py" line="33"/>
        <source>Dark colours</source>
        <translation>深色配色</translation>
    </message>
    <message>
        <location filename="../action_specs/help.py" line="15"/>
        <source>&amp;Models…</source>
        <translation>模型(&amp;M)…</translation>
    </message>
    <message>
        <location filename="../action_specs/help.py" line="15"/>
        <source>Choose or download a model</source>
        <translation>选择或下载模型</translation>
    </message>
    <message>
        <location filename="../action_specs/help.py" line="22"/>
        <source>Model from &amp;file…</source>
        <translation>从文件载入模型(&amp;F)…</translation>
    </message>
    <message>
        <location filename="../action_specs/help.py" line="22"/>
        <source>Use a checkpoint of your own</source>
        <translation>使用自己的权重文件</translation>
    </message>
    <message>
        <location filename="../action_specs/help.py" line="57"/>
        <source>&amp;Keys and mouse</source>
        <translation>键盘与鼠标(&amp;K)</translation>
    </message>
    <message>
        <location filename="../action_specs/help.py" line="57"/>
        <source>What keys and mouse do</source>
        <translation>查看键盘和鼠标操作</translation>
    </message>
    <message>
        <location filename="../action_specs/help.py" line="64"/>
        <source>Show the &amp;log</source>
        <translation>查看日志(&amp;L)</translation>
    </message>
    <message>
        <location filename="../action_specs/help.py" line="64"/>
        <source>Open the folder of the log</source>
        <translation>打开日志所在文件夹</translation>
    </message>
    <message>
        <location filename="../action_specs/help.py" line="71"/>
        <source>&amp;About</source>
        <translation>关于(&amp;A)</translation>
    </message>
    <message>
        <location filename="../action_specs/help.py" line="71"/>
        <source>Versions, licence and purpose</source>
        <translation>版本、许可与用途</translation>
    </message>
    <message>
        <location filename="../actions.py" line="158"/>
        <source>Take the last step back</source>
        <translation>撤销上一步</translation>
    </message>
    <message>
        <location filename="../actions.py" line="158"/>
        <source>Do the step again</source>
        <translation>重做刚撤销的一步</translation>
    </message>
    <message>
        <location filename="../actions.py" line="182"/>
        <source>Nothing to undo</source>
        <translation>没有可撤销的操作</translation>
    </message>
    <message>
        <location filename="../actions.py" line="182"/>
        <source>Nothing to redo</source>
        <translation>没有可重做的操作</translation>
    </message>
    <message>
        <location filename="../actions.py" line="192"/>
        <source>Open &amp;recent</source>
        <translation>最近打开(&amp;R)</translation>
    </message>
    <message>
        <location filename="../actions.py" line="193"/>
        <source>Open s&amp;ample</source>
        <translation>打开示例(&amp;A)</translation>
    </message>
    <message>
        <location filename="../actions.py" line="194"/>
        <source>&amp;Layout</source>
        <translation>布局(&amp;L)</translation>
    </message>
    <message>
        <location filename="../actions.py" line="195"/>
        <source>&amp;Window</source>
        <translation>窗宽窗位(&amp;W)</translation>
    </message>
    <message>
        <location filename="../actions.py" line="198"/>
        <source>&amp;Theme</source>
        <translation>主题(&amp;T)</translation>
    </message>
    <message>
        <location filename="../actions.py" line="199"/>
        <source>&amp;Language</source>
        <translation>语言(&amp;G)</translation>
    </message>
    <message>
        <location filename="../actions.py" line="200"/>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <location filename="../actions.py" line="201"/>
        <source>&amp;Edit</source>
        <translation>编辑(&amp;E)</translation>
    </message>
    <message>
        <location filename="../actions.py" line="207"/>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <location filename="../actions.py" line="208"/>
        <source>&amp;Model</source>
        <translation>模型(&amp;M)</translation>
    </message>
    <message>
        <location filename="../actions.py" line="209"/>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <location filename="../actions.py" line="246"/>
        <source>Tools</source>
        <translation>工具</translation>
    </message>
    <message>
        <location filename="../action_specs/view.py" line="30"/>
        <source>C&amp;entre on the crosshair</source>
        <translation>居中于十字线(&amp;E)</translation>
    </message>
    <message>
        <location filename="../action_specs/view.py" line="30"/>
        <source>Bring the crosshair to the middle of every pane</source>
        <translation>将十字线移到每个窗格的中央</translation>
    </message>
    <message>
        <location filename="../action_specs/view.py" line="37"/>
        <source>S&amp;mooth pixels</source>
        <translation>平滑像素(&amp;M)</translation>
    </message>
    <message>
        <location filename="../action_specs/view.py" line="37"/>
        <source>Interpolate magnified pixels, or show them as squares</source>
        <translation>对放大的像素插值，或显示为方块</translation>
    </message>
    <message>
        <location filename="../action_specs/help.py" line="36"/>
        <source>&amp;Adapt to my annotations…</source>
        <translation>适配我的标注(&amp;A)…</translation>
    </message>
    <message>
        <location filename="../action_specs/help.py" line="36"/>
        <source>Let a copy of the model learn from your own masks</source>
        <translation>让模型的副本学习您自己的掩膜</translation>
    </message>
    <message>
        <location filename="../action_specs/help.py" line="43"/>
        <source>&amp;Back to the model before</source>
        <translation>返回之前的模型(&amp;B)</translation>
    </message>
    <message>
        <location filename="../action_specs/help.py" line="43"/>
        <source>Use the model again that was used before this one</source>
        <translation>重新使用此前使用的模型</translation>
    </message>
    <message>
        <location filename="../action_specs/help.py" line="50"/>
        <source>Model &amp;card</source>
        <translation>模型卡(&amp;C)</translation>
    </message>
    <message>
        <location filename="../action_specs/help.py" line="50"/>
        <source>What the model in use is for, its scores, failures and data</source>
        <translation>当前模型的用途、得分、失败案例和数据</translation>
    </message>
    <message>
        <location filename="../action_specs/brush.py" line="15"/>
        <source>B&amp;rush</source>
        <translation>画笔(&amp;R)</translation>
    </message>
    <message>
        <location filename="../action_specs/brush.py" line="15"/>
        <source>Paint the active label; the right button erases</source>
        <translation>涂画当前标签；右键擦除</translation>
    </message>
    <message>
        <location filename="../action_specs/brush.py" line="23"/>
        <source>&amp;Eraser</source>
        <translation>橡皮擦(&amp;E)</translation>
    </message>
    <message>
        <location filename="../action_specs/brush.py" line="23"/>
        <source>Erase; the right button paints</source>
        <translation>擦除；右键涂画</translation>
    </message>
    <message>
        <location filename="../action_specs/brush.py" line="31"/>
        <source>S&amp;maller brush</source>
        <translation>缩小画笔(&amp;M)</translation>
    </message>
    <message>
        <location filename="../action_specs/brush.py" line="31"/>
        <source>Make the brush smaller by a fifth</source>
        <translation>画笔缩小五分之一</translation>
    </message>
    <message>
        <location filename="../action_specs/brush.py" line="38"/>
        <source>&amp;Larger brush</source>
        <translation>放大画笔(&amp;L)</translation>
    </message>
    <message>
        <location filename="../action_specs/brush.py" line="38"/>
        <source>Make the brush larger by a fifth</source>
        <translation>画笔放大五分之一</translation>
    </message>
    <message>
        <location filename="../action_specs/brush.py" line="45"/>
        <source>&amp;Sphere</source>
        <translation>球形(&amp;S)</translation>
    </message>
    <message>
        <location filename="../action_specs/brush.py" line="45"/>
        <source>Paint a sphere through the neighbouring slices</source>
        <translation>以球形涂画，穿过相邻层面</translation>
    </message>
    <message>
        <location filename="../action_specs/brush.py" line="53"/>
        <source>&amp;Adaptive</source>
        <translation>自适应(&amp;A)</translation>
    </message>
    <message>
        <location filename="../action_specs/brush.py" line="53"/>
        <source>Stay within the intensity under the beginning of the stroke</source>
        <translation>只涂画与落笔处灰度相近的区域</translation>
    </message>
    <message>
        <location filename="../action_specs/case_files.py" line="17"/>
        <source>Start again &amp;without this work</source>
        <translation>舍弃此工作重新开始(&amp;W)</translation>
    </message>
    <message>
        <location filename="../action_specs/case_files.py" line="17"/>
        <source>Begin the open image anew; the former work can be brought back</source>
        <translation>重新开始标注当前图像；之前的工作可以找回</translation>
    </message>
    <message>
        <location filename="../action_specs/case_files.py" line="24"/>
        <source>&amp;Bring the former work back</source>
        <translation>找回之前的工作(&amp;B)</translation>
    </message>
    <message>
        <location filename="../action_specs/case_files.py" line="24"/>
        <source>Go on with what was there before you started again</source>
        <translation>继续重新开始之前的工作</translation>
    </message>
    <message>
        <location filename="../action_specs/case_files.py" line="31"/>
        <source>&amp;Manage kept work…</source>
        <translation>管理保留的工作(&amp;M)…</translation>
    </message>
    <message>
        <location filename="../action_specs/case_files.py" line="31"/>
        <source>Open the folder of the case files, to copy or delete them</source>
        <translation>打开病例文件所在文件夹，以便复制或删除</translation>
    </message>
    <message>
        <location filename="../action_specs/edit.py" line="22"/>
        <source>&amp;History</source>
        <translation>历史记录(&amp;H)</translation>
    </message>
    <message>
        <location filename="../action_specs/edit.py" line="22"/>
        <source>Every step so far; go back to any of them</source>
        <translation>查看到目前为止的每一步，可返回任意一步</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="21"/>
        <source>Add a label, name it and paint it next</source>
        <translation>新建标签并命名，后续标注使用该标签</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="28"/>
        <source>Ne&amp;xt label</source>
        <translation>下一个标签(&amp;X)</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="28"/>
        <source>Paint the next label of the list</source>
        <translation>改用列表中的下一个标签</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="35"/>
        <source>&amp;Previous label</source>
        <translation>上一个标签(&amp;P)</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="35"/>
        <source>Paint the previous label of the list</source>
        <translation>改用列表中的上一个标签</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="42"/>
        <source>P&amp;ick the label under the mouse</source>
        <translation>拾取鼠标下的标签(&amp;I)</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="42"/>
        <source>Paint the label that lies under the mouse</source>
        <translation>改用鼠标所指处的标签</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="54"/>
        <source>&amp;Go to label</source>
        <translation>转到标签(&amp;G)</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="54"/>
        <source>Show the slice on which the active label is largest</source>
        <translation>显示当前标签面积最大的层面</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="61"/>
        <source>&amp;Rename label</source>
        <translation>重命名标签(&amp;R)</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="61"/>
        <source>Type another name for the active label</source>
        <translation>为当前标签输入新名称</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="68"/>
        <source>&amp;Colour…</source>
        <translation>颜色(&amp;C)…</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="68"/>
        <source>Choose another colour for the active label</source>
        <translation>为当前标签选择其他颜色</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="75"/>
        <source>Move label &amp;up</source>
        <translation>标签上移(&amp;U)</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="75"/>
        <source>Move the chosen labels up in the list; drag them, or Alt+Up there</source>
        <translation>将所选标签在列表中上移；也可拖动，或在列表中按 Alt+Up</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="82"/>
        <source>Move label &amp;down</source>
        <translation>标签下移(&amp;D)</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="82"/>
        <source>Move the chosen labels down in the list; drag them, or Alt+Down there</source>
        <translation>将所选标签在列表中下移；也可拖动，或在列表中按 Alt+Down</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="89"/>
        <source>&amp;Merge labels</source>
        <translation>合并标签(&amp;M)</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="89"/>
        <source>Make the chosen labels one: the active one gets all their voxels</source>
        <translation>将所选标签合为一个：全部体素归当前标签</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="96"/>
        <source>Delete &amp;label</source>
        <translation>删除标签(&amp;L)</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="96"/>
        <source>Delete the chosen labels and their voxels; can be undone</source>
        <translation>删除所选标签及其体素；可撤销</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="108"/>
        <source>&amp;Hide or show label</source>
        <translation>隐藏或显示标签(&amp;H)</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="108"/>
        <source>Hide the chosen labels, or show them again</source>
        <translation>隐藏所选标签，或重新显示</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="115"/>
        <source>&amp;Only this label</source>
        <translation>只显示此标签(&amp;O)</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="115"/>
        <source>Hide all labels but the chosen ones; again shows all</source>
        <translation>隐藏其他标签，只留所选；再按恢复全部</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="122"/>
        <source>Area or ou&amp;tline</source>
        <translation>区域或轮廓(&amp;T)</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="122"/>
        <source>Draw the chosen labels as area and outline, area, outline in turn</source>
        <translation>所选标签依次显示为区域加轮廓、区域、轮廓</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="129"/>
        <source>All labels &amp;fainter</source>
        <translation>所有标签更淡(&amp;F)</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="129"/>
        <source>Make all labels more transparent</source>
        <translation>使所有标签更透明</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="136"/>
        <source>All labels &amp;stronger</source>
        <translation>所有标签更浓(&amp;S)</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="136"/>
        <source>Make all labels more opaque</source>
        <translation>使所有标签更不透明</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="143"/>
        <source>Colour-&amp;blind-safe colours</source>
        <translation>色盲友好配色(&amp;B)</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="143"/>
        <source>Colour all labels so that everybody can tell them apart</source>
        <translation>为所有标签配上人人都能分辨的颜色</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="155"/>
        <source>Loc&amp;k or unlock label</source>
        <translation>锁定或解锁标签(&amp;K)</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="155"/>
        <source>Lock the chosen labels: no tool and no network may change them</source>
        <translation>锁定所选标签：任何工具和网络都不能更改</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="162"/>
        <source>Lock all &amp;other labels</source>
        <translation>锁定其他所有标签(&amp;O)</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="162"/>
        <source>Lock all labels but the chosen ones; again unlocks all</source>
        <translation>锁定所选以外的所有标签；再按全部解锁</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="174"/>
        <source>Load label s&amp;et…</source>
        <translation>载入标签集(&amp;E)…</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="174"/>
        <source>Take names and colours from a file: JSON, ITK-SNAP or 3D Slicer</source>
        <translation>从文件读取名称和颜色：JSON、ITK-SNAP 或 3D Slicer</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="181"/>
        <source>S&amp;ave label set…</source>
        <translation>保存标签集(&amp;A)…</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="181"/>
        <source>Keep names and colours in a file for the next case</source>
        <translation>将名称和颜色存为文件，供下一个病例使用</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="207"/>
        <source>Paint o&amp;ver…</source>
        <translation>覆盖规则(&amp;V)…</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="207"/>
        <source>Choose what tools and the network may paint over</source>
        <translation>选择工具和网络可以覆盖什么</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="214"/>
        <source>Paint only &amp;inside the label under the mouse</source>
        <translation>只画在鼠标下的标签内(&amp;I)</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="214"/>
        <source>Paint only inside the label under the mouse; again paints everywhere</source>
        <translation>只画在鼠标所指的标签之内；再按取消限制</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="221"/>
        <source>Paint without li&amp;mits</source>
        <translation>不限制涂画(&amp;M)</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="221"/>
        <source>Paint over everything that is not locked</source>
        <translation>可覆盖所有未锁定的内容</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="232"/>
        <source>Label {0}</source>
        <translation>标签 {0}</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="232"/>
        <source>Hide or show label {0}</source>
        <translation>隐藏或显示标签 {0}</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="233"/>
        <source>Paint the label in row {0} of the list</source>
        <translation>改用列表第 {0} 行的标签</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="234"/>
        <source>Hide or show the label in row {0} of the list</source>
        <translation>隐藏或显示列表第 {0} 行的标签</translation>
    </message>
    <message>
        <location filename="../action_specs/masks.py" line="53"/>
        <source>&amp;Lasso and polygon</source>
        <translation>套索和多边形(&amp;L)</translation>
    </message>
    <message>
        <location filename="../action_specs/masks.py" line="53"/>
        <source>Draw an outline: freehand by a drag, corner by corner by clicks</source>
        <translation>绘制轮廓：拖动为徒手，单击为逐个角点</translation>
    </message>
    <message>
        <location filename="../action_specs/masks.py" line="61"/>
        <source>Magic &amp;wand</source>
        <translation>魔棒(&amp;W)</translation>
    </message>
    <message>
        <location filename="../action_specs/masks.py" line="61"/>
        <source>Grow a region of like values from where you press</source>
        <translation>从按下处生长出数值相近的区域</translation>
    </message>
    <message>
        <location filename="../action_specs/masks.py" line="69"/>
        <source>&amp;Fill</source>
        <translation>填充(&amp;F)</translation>
    </message>
    <message>
        <location filename="../action_specs/masks.py" line="69"/>
        <source>Fill a hole, or give a region the active label</source>
        <translation>填充孔洞，或将一个区域改为当前标签</translation>
    </message>
    <message>
        <location filename="../action_specs/masks.py" line="82"/>
        <source>&amp;Smooth…</source>
        <translation>平滑(&amp;S)…</translation>
    </message>
    <message>
        <location filename="../action_specs/masks.py" line="82"/>
        <source>Smooth the active label</source>
        <translation>平滑当前标签</translation>
    </message>
    <message>
        <location filename="../action_specs/masks.py" line="89"/>
        <source>&amp;Grow…</source>
        <translation>扩张(&amp;G)…</translation>
    </message>
    <message>
        <location filename="../action_specs/masks.py" line="89"/>
        <source>Grow the active label by millimetres</source>
        <translation>将当前标签扩张若干毫米</translation>
    </message>
    <message>
        <location filename="../action_specs/masks.py" line="96"/>
        <source>S&amp;hrink…</source>
        <translation>收缩(&amp;H)…</translation>
    </message>
    <message>
        <location filename="../action_specs/masks.py" line="96"/>
        <source>Shrink the active label by millimetres</source>
        <translation>将当前标签收缩若干毫米</translation>
    </message>
    <message>
        <location filename="../action_specs/masks.py" line="103"/>
        <source>&amp;Fill holes…</source>
        <translation>填充孔洞(&amp;F)…</translation>
    </message>
    <message>
        <location filename="../action_specs/masks.py" line="103"/>
        <source>Fill what the active label encloses</source>
        <translation>填充当前标签所包围的部分</translation>
    </message>
    <message>
        <location filename="../action_specs/masks.py" line="110"/>
        <source>Keep &amp;largest island…</source>
        <translation>保留最大岛(&amp;L)…</translation>
    </message>
    <message>
        <location filename="../action_specs/masks.py" line="110"/>
        <source>Erase all but the largest connected part of the active label</source>
        <translation>只保留当前标签最大的连通部分</translation>
    </message>
    <message>
        <location filename="../action_specs/masks.py" line="117"/>
        <source>&amp;Remove small islands…</source>
        <translation>移除小岛(&amp;R)…</translation>
    </message>
    <message>
        <location filename="../action_specs/masks.py" line="117"/>
        <source>Erase connected parts of the active label below a size</source>
        <translation>擦除当前标签中小于给定大小的连通部分</translation>
    </message>
    <message>
        <location filename="../action_specs/masks.py" line="124"/>
        <source>S&amp;plit islands…</source>
        <translation>拆分岛(&amp;P)…</translation>
    </message>
    <message>
        <location filename="../action_specs/masks.py" line="124"/>
        <source>Give the connected parts of the active label labels of their own</source>
        <translation>将当前标签的各连通部分改为各自的标签</translation>
    </message>
    <message>
        <location filename="../action_specs/masks.py" line="131"/>
        <source>&amp;Threshold inside…</source>
        <translation>内部阈值(&amp;T)…</translation>
    </message>
    <message>
        <location filename="../action_specs/masks.py" line="131"/>
        <source>Keep or paint only values within a range, inside a label or everywhere</source>
        <translation>只保留或涂画数值在范围内的体素，可限于某标签内或全图</translation>
    </message>
    <message>
        <location filename="../action_specs/masks.py" line="138"/>
        <source>Fill &amp;between slices…</source>
        <translation>层间填充(&amp;B)…</translation>
    </message>
    <message>
        <location filename="../action_specs/masks.py" line="138"/>
        <source>Blend the active label from one drawn slice to the next</source>
        <translation>在已绘制的层面之间插值当前标签</translation>
    </message>
    <message>
        <location filename="../action_specs/masks.py" line="150"/>
        <source>Copy from &amp;previous slice</source>
        <translation>从上一层面复制(&amp;P)</translation>
    </message>
    <message>
        <location filename="../action_specs/masks.py" line="150"/>
        <source>Paint the active label where it lies on the slice before this one</source>
        <translation>按上一层面的位置涂画当前标签</translation>
    </message>
    <message>
        <location filename="../action_specs/masks.py" line="157"/>
        <source>Copy from &amp;next slice</source>
        <translation>从下一层面复制(&amp;N)</translation>
    </message>
    <message>
        <location filename="../action_specs/masks.py" line="157"/>
        <source>Paint the active label where it lies on the slice after this one</source>
        <translation>按下一层面的位置涂画当前标签</translation>
    </message>
    <message>
        <location filename="../action_specs/masks.py" line="164"/>
        <source>&amp;Clear slice</source>
        <translation>清除层面(&amp;C)</translation>
    </message>
    <message>
        <location filename="../action_specs/masks.py" line="164"/>
        <source>Erase the active label on this slice</source>
        <translation>擦除本层面上的当前标签</translation>
    </message>
    <message>
        <location filename="../action_specs/measure.py" line="15"/>
        <source>&amp;Ruler</source>
        <translation>标尺(&amp;R)</translation>
    </message>
    <message>
        <location filename="../action_specs/measure.py" line="15"/>
        <source>Measure a length: drag from end to end; Del deletes the selected one</source>
        <translation>测量长度：从一端拖到另一端；Del 删除所选标尺</translation>
    </message>
    <message>
        <location filename="../action_specs/measure.py" line="23"/>
        <source>&amp;Angle</source>
        <translation>角度(&amp;A)</translation>
    </message>
    <message>
        <location filename="../action_specs/measure.py" line="31"/>
        <source>Save &amp;measurements…</source>
        <translation>保存测量结果(&amp;M)…</translation>
    </message>
    <message>
        <location filename="../action_specs/measure.py" line="31"/>
        <source>Save the figures of all labels, rulers and angles as a CSV file</source>
        <translation>将所有标签、标尺和角度的数值保存为 CSV 文件</translation>
    </message>
    <message>
        <location filename="../action_specs/navigation.py" line="19"/>
        <source>Slice &amp;up</source>
        <translation>上一层面(&amp;U)</translation>
    </message>
    <message>
        <location filename="../action_specs/navigation.py" line="19"/>
        <source>One slice up</source>
        <translation>上移一个层面</translation>
    </message>
    <message>
        <location filename="../action_specs/navigation.py" line="22"/>
        <source>Slice &amp;down</source>
        <translation>下一层面(&amp;D)</translation>
    </message>
    <message>
        <location filename="../action_specs/navigation.py" line="22"/>
        <source>One slice down</source>
        <translation>下移一个层面</translation>
    </message>
    <message>
        <location filename="../action_specs/navigation.py" line="29"/>
        <source>F&amp;ive slices up</source>
        <translation>上移五层(&amp;I)</translation>
    </message>
    <message>
        <location filename="../action_specs/navigation.py" line="29"/>
        <source>Five slices up</source>
        <translation>上移五个层面</translation>
    </message>
    <message>
        <location filename="../action_specs/navigation.py" line="36"/>
        <source>Five slices d&amp;own</source>
        <translation>下移五层(&amp;O)</translation>
    </message>
    <message>
        <location filename="../action_specs/navigation.py" line="36"/>
        <source>Five slices down</source>
        <translation>下移五个层面</translation>
    </message>
    <message>
        <location filename="../action_specs/navigation.py" line="43"/>
        <source>&amp;First slice</source>
        <translation>第一层面(&amp;F)</translation>
    </message>
    <message>
        <location filename="../action_specs/navigation.py" line="43"/>
        <source>The first slice</source>
        <translation>第一个层面</translation>
    </message>
    <message>
        <location filename="../action_specs/navigation.py" line="49"/>
        <source>&amp;Last slice</source>
        <translation>最后层面(&amp;L)</translation>
    </message>
    <message>
        <location filename="../action_specs/navigation.py" line="49"/>
        <source>The last slice</source>
        <translation>最后一个层面</translation>
    </message>
    <message>
        <location filename="../action_specs/navigation.py" line="57"/>
        <source>Crosshair &amp;up</source>
        <translation>十字线上移(&amp;U)</translation>
    </message>
    <message>
        <location filename="../action_specs/navigation.py" line="57"/>
        <source>The crosshair one pixel up in this pane</source>
        <translation>十字线在本窗格中上移一个像素</translation>
    </message>
    <message>
        <location filename="../action_specs/navigation.py" line="63"/>
        <source>Crosshair &amp;down</source>
        <translation>十字线下移(&amp;D)</translation>
    </message>
    <message>
        <location filename="../action_specs/navigation.py" line="63"/>
        <source>The crosshair one pixel down in this pane</source>
        <translation>十字线在本窗格中下移一个像素</translation>
    </message>
    <message>
        <location filename="../action_specs/navigation.py" line="69"/>
        <source>Crosshair &amp;left</source>
        <translation>十字线左移(&amp;L)</translation>
    </message>
    <message>
        <location filename="../action_specs/navigation.py" line="69"/>
        <source>The crosshair one pixel to the left in this pane</source>
        <translation>十字线在本窗格中左移一个像素</translation>
    </message>
    <message>
        <location filename="../action_specs/navigation.py" line="75"/>
        <source>Crosshair &amp;right</source>
        <translation>十字线右移(&amp;R)</translation>
    </message>
    <message>
        <location filename="../action_specs/navigation.py" line="75"/>
        <source>The crosshair one pixel to the right in this pane</source>
        <translation>十字线在本窗格中右移一个像素</translation>
    </message>
    <message>
        <location filename="../action_specs/navigation.py" line="81"/>
        <source>Crosshair u&amp;p five</source>
        <translation>十字线上移五格(&amp;P)</translation>
    </message>
    <message>
        <location filename="../action_specs/navigation.py" line="81"/>
        <source>The crosshair five pixels up in this pane</source>
        <translation>十字线在本窗格中上移五个像素</translation>
    </message>
    <message>
        <location filename="../action_specs/navigation.py" line="87"/>
        <source>Crosshair dow&amp;n five</source>
        <translation>十字线下移五格(&amp;N)</translation>
    </message>
    <message>
        <location filename="../action_specs/navigation.py" line="87"/>
        <source>The crosshair five pixels down in this pane</source>
        <translation>十字线在本窗格中下移五个像素</translation>
    </message>
    <message>
        <location filename="../action_specs/navigation.py" line="93"/>
        <source>Crosshair l&amp;eft five</source>
        <translation>十字线左移五格(&amp;E)</translation>
    </message>
    <message>
        <location filename="../action_specs/navigation.py" line="93"/>
        <source>The crosshair five pixels to the left in this pane</source>
        <translation>十字线在本窗格中左移五个像素</translation>
    </message>
    <message>
        <location filename="../action_specs/navigation.py" line="99"/>
        <source>Crosshair ri&amp;ght five</source>
        <translation>十字线右移五格(&amp;G)</translation>
    </message>
    <message>
        <location filename="../action_specs/navigation.py" line="99"/>
        <source>The crosshair five pixels to the right in this pane</source>
        <translation>十字线在本窗格中右移五个像素</translation>
    </message>
    <message>
        <location filename="../action_specs/navigation.py" line="110"/>
        <source>&amp;Hold the mouse button here</source>
        <translation>在此按住鼠标左键(&amp;H)</translation>
    </message>
    <message>
        <location filename="../action_specs/navigation.py" line="110"/>
        <source>Press the left mouse button at the crosshair; again lets go. The crosshair drags</source>
        <translation>在十字线处按下鼠标左键；再按一次松开。其间移动十字线即为拖动</translation>
    </message>
    <message>
        <location filename="../action_specs/navigation.py" line="119"/>
        <source>Hold the right button here</source>
        <translation>在此按住鼠标右键</translation>
    </message>
    <message>
        <location filename="../action_specs/navigation.py" line="119"/>
        <source>The same with the right mouse button</source>
        <translation>同上，但为鼠标右键</translation>
    </message>
    <message>
        <location filename="../action_specs/navigation.py" line="126"/>
        <source>Ne&amp;xt pane</source>
        <translation>下一窗格(&amp;X)</translation>
    </message>
    <message>
        <location filename="../action_specs/navigation.py" line="126"/>
        <source>Give the keys to the next pane</source>
        <translation>将键盘操作交给下一个窗格</translation>
    </message>
    <message>
        <location filename="../action_specs/navigation.py" line="132"/>
        <source>&amp;Tool before</source>
        <translation>上一个工具(&amp;T)</translation>
    </message>
    <message>
        <location filename="../action_specs/navigation.py" line="132"/>
        <source>Take the tool again that was used before this one</source>
        <translation>重新使用此前的工具</translation>
    </message>
    <message>
        <location filename="../action_specs/navigation.py" line="139"/>
        <source>Cro&amp;sshair lines</source>
        <translation>十字线线条(&amp;S)</translation>
    </message>
    <message>
        <location filename="../action_specs/navigation.py" line="139"/>
        <source>Show or hide the lines of the crosshair</source>
        <translation>显示或隐藏十字线的线条</translation>
    </message>
    <message>
        <location filename="../action_specs/preferences.py" line="15"/>
        <source>&amp;Preferences…</source>
        <translation>首选项(&amp;P)…</translation>
    </message>
    <message>
        <location filename="../action_specs/preferences.py" line="15"/>
        <source>Language, keys, mouse and what the program does by itself</source>
        <translation>语言、按键、鼠标及程序自动进行的操作</translation>
    </message>
    <message>
        <location filename="../action_specs/preferences.py" line="34"/>
        <source>Follow the system&apos;s language</source>
        <translation>跟随系统语言</translation>
    </message>
    <message>
        <location filename="../action_specs/preferences.py" line="43"/>
        <source>English words</source>
        <translation>使用英文界面</translation>
    </message>
    <message>
        <location filename="../action_specs/preferences.py" line="51"/>
        <source>Simplified Chinese words</source>
        <translation>使用简体中文界面</translation>
    </message>
    <message>
        <location filename="../action_specs/prompts.py" line="15"/>
        <source>&amp;Points</source>
        <translation>点(&amp;P)</translation>
    </message>
    <message>
        <location filename="../action_specs/prompts.py" line="15"/>
        <source>Click on the object, and with the right button on what is not it</source>
        <translation>单击目标；右键单击非目标处</translation>
    </message>
    <message>
        <location filename="../action_specs/prompts.py" line="23"/>
        <source>Ne&amp;gative points</source>
        <translation>负点(&amp;G)</translation>
    </message>
    <message>
        <location filename="../action_specs/prompts.py" line="23"/>
        <source>The left button marks what is not the object, the right one the object</source>
        <translation>左键标记非目标处，右键标记目标</translation>
    </message>
    <message>
        <location filename="../action_specs/prompts.py" line="31"/>
        <source>&amp;Next object</source>
        <translation>下一个目标(&amp;N)</translation>
    </message>
    <message>
        <location filename="../action_specs/prompts.py" line="31"/>
        <source>Be done with this object; the next point begins another one</source>
        <translation>结束当前目标；下一个点开始新的目标</translation>
    </message>
    <message>
        <location filename="../action_specs/prompts.py" line="38"/>
        <source>&amp;Use present mask</source>
        <translation>使用现有掩膜(&amp;U)</translation>
    </message>
    <message>
        <location filename="../action_specs/prompts.py" line="38"/>
        <source>Give the label&apos;s mask on this slice to the model as part of the prompt</source>
        <translation>将此层面上该标签的掩膜作为提示的一部分交给模型</translation>
    </message>
    <message>
        <location filename="../action_specs/prompts.py" line="46"/>
        <source>&amp;Accept the mask</source>
        <translation>接受掩膜(&amp;A)</translation>
    </message>
    <message>
        <location filename="../action_specs/prompts.py" line="46"/>
        <source>Accept the mask on show; one that is in already is finished</source>
        <translation>接受所显示的掩膜；已画入的则就此完成</translation>
    </message>
    <message>
        <location filename="../action_specs/prompts.py" line="54"/>
        <source>&amp;Another mask</source>
        <translation>换一个掩膜(&amp;A)</translation>
    </message>
    <message>
        <location filename="../action_specs/prompts.py" line="54"/>
        <source>Show the next mask that the prompt could mean</source>
        <translation>显示该提示可能对应的下一个掩膜</translation>
    </message>
    <message>
        <location filename="../action_specs/prompts.py" line="62"/>
        <source>The mask &amp;before</source>
        <translation>前一个掩膜(&amp;B)</translation>
    </message>
    <message>
        <location filename="../action_specs/prompts.py" line="62"/>
        <source>Show the mask before this one</source>
        <translation>显示前一个掩膜</translation>
    </message>
    <message>
        <location filename="../action_specs/prompts.py" line="70"/>
        <source>&amp;Shade where masks differ</source>
        <translation>标出掩膜的分歧(&amp;S)</translation>
    </message>
    <message>
        <location filename="../action_specs/prompts.py" line="70"/>
        <source>Colour the pixels that not all candidate masks agree on</source>
        <translation>为各候选掩膜意见不一的像素着色</translation>
    </message>
    <message>
        <location filename="../action_specs/worklist.py" line="31"/>
        <source>&amp;Work through a folder…</source>
        <translation>逐个处理文件夹(&amp;W)…</translation>
    </message>
    <message>
        <location filename="../action_specs/worklist.py" line="31"/>
        <source>Open all images of a folder as a list of cases</source>
        <translation>将文件夹中的所有图像作为病例列表打开</translation>
    </message>
    <message>
        <location filename="../action_specs/worklist.py" line="38"/>
        <source>Work through a &amp;table…</source>
        <translation>逐个处理表格(&amp;T)…</translation>
    </message>
    <message>
        <location filename="../action_specs/worklist.py" line="38"/>
        <source>Open the images that a CSV table lists as cases</source>
        <translation>将 CSV 表格列出的图像作为病例打开</translation>
    </message>
    <message>
        <location filename="../action_specs/worklist.py" line="45"/>
        <source>&amp;Done and next</source>
        <translation>完成并转到下一个(&amp;D)</translation>
    </message>
    <message>
        <location filename="../action_specs/worklist.py" line="45"/>
        <source>Save the mask, call the case done and open the next unfinished one</source>
        <translation>保存掩膜，将病例标为完成，并打开下一个未完成的病例</translation>
    </message>
    <message>
        <location filename="../action_specs/worklist.py" line="52"/>
        <source>&amp;Next case</source>
        <translation>下一个病例(&amp;N)</translation>
    </message>
    <message>
        <location filename="../action_specs/worklist.py" line="52"/>
        <source>Save the mask and open the next case</source>
        <translation>保存掩膜并打开下一个病例</translation>
    </message>
    <message>
        <location filename="../action_specs/worklist.py" line="59"/>
        <source>&amp;Previous case</source>
        <translation>上一个病例(&amp;P)</translation>
    </message>
    <message>
        <location filename="../action_specs/worklist.py" line="59"/>
        <source>Save the mask and open the case before</source>
        <translation>保存掩膜并打开上一个病例</translation>
    </message>
    <message>
        <location filename="../action_specs/worklist.py" line="66"/>
        <source>Next &amp;unfinished case</source>
        <translation>下一个未完成的病例(&amp;U)</translation>
    </message>
    <message>
        <location filename="../action_specs/worklist.py" line="66"/>
        <source>Save the mask and open the next case that is not done</source>
        <translation>保存掩膜并打开下一个未完成的病例</translation>
    </message>
    <message>
        <location filename="../action_specs/worklist.py" line="73"/>
        <source>&amp;Flag with a note…</source>
        <translation>标记并备注(&amp;F)…</translation>
    </message>
    <message>
        <location filename="../action_specs/worklist.py" line="73"/>
        <source>Set the case aside with a note for later</source>
        <translation>将病例连同备注搁置，留待以后处理</translation>
    </message>
    <message>
        <location filename="../action_specs/worklist.py" line="80"/>
        <source>&amp;Look for new cases</source>
        <translation>查找新病例(&amp;L)</translation>
    </message>
    <message>
        <location filename="../action_specs/worklist.py" line="80"/>
        <source>Read the folder or table of the list again</source>
        <translation>重新读取列表的文件夹或表格</translation>
    </message>
    <message>
        <location filename="../action_specs/worklist.py" line="87"/>
        <source>&amp;Close the list</source>
        <translation>关闭列表(&amp;C)</translation>
    </message>
    <message>
        <location filename="../action_specs/worklist.py" line="87"/>
        <source>Close the list of cases; the open image stays</source>
        <translation>关闭病例列表；已打开的图像保留</translation>
    </message>
    <message>
        <location filename="../actions.py" line="196"/>
        <source>&amp;Slices</source>
        <translation>层面(&amp;S)</translation>
    </message>
    <message>
        <location filename="../actions.py" line="202"/>
        <source>&amp;Tool</source>
        <translation>工具(&amp;T)</translation>
    </message>
    <message>
        <location filename="../actions.py" line="203"/>
        <source>&amp;Prompt</source>
        <translation>提示(&amp;P)</translation>
    </message>
    <message>
        <location filename="../actions.py" line="204"/>
        <source>Mas&amp;k</source>
        <translation>掩膜(&amp;K)</translation>
    </message>
    <message>
        <location filename="../actions.py" line="205"/>
        <source>&amp;Label</source>
        <translation>标签(&amp;L)</translation>
    </message>
    <message>
        <location filename="../actions.py" line="206"/>
        <source>&amp;Cases</source>
        <translation>病例(&amp;C)</translation>
    </message>
    <message>
        <location filename="../actions.py" line="231"/>
        <source>Main bar</source>
        <translation>主工具栏</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="188"/>
        <source>&amp;Begin new images with these labels</source>
        <translation>新图像沿用这些标签(&amp;B)</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="188"/>
        <source>Every image that is opened anew gets the names and colours of this list</source>
        <translation>此后新打开的每个图像都采用此列表的名称和颜色</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="195"/>
        <source>Begin new images &amp;with one label</source>
        <translation>新图像只用一个标签(&amp;W)</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="195"/>
        <source>Forget which labels new images should begin with</source>
        <translation>不再让新图像沿用标签</translation>
    </message>
    <message>
        <location filename="../action_specs/help.py" line="29"/>
        <source>&amp;Prepare this volume</source>
        <translation>预先处理此图像(&amp;P)</translation>
    </message>
    <message>
        <location filename="../action_specs/help.py" line="29"/>
        <source>Encode every slice of the plane in view, so that masks appear at once</source>
        <translation>对当前平面的所有层面进行编码，使掩膜立即出现</translation>
    </message>
    <message>
        <location filename="../action_specs/measure.py" line="23"/>
        <source>Measure an angle: click an end, the corner and the other end</source>
        <translation>测量角度：依次点击一端、顶点和另一端</translation>
    </message>
</context>
<context>
    <name>AdaptController</name>
    <message>
        <location filename="../controllers/adapt.py" line="133"/>
        <source>Add images that have a mask</source>
        <translation>添加已有掩膜的影像</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="151"/>
        <source>The mask of {0}</source>
        <translation>{0} 的掩膜</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="151"/>
        <source>Masks</source>
        <translation>掩膜</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="175"/>
        <source>Looking for masks in {0}…</source>
        <translation>正在 {0} 中查找掩膜…</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="188"/>
        <source>No image with a mask was found here. Draw and save masks (Ctrl+S) beside their images, so that they are listed by themselves, or add images that have masks elsewhere.</source>
        <translation>此处没有找到带掩膜的影像。请绘制掩膜并保存（Ctrl+S）在影像旁边，它们便会自动列出；也可以添加其他位置已有掩膜的影像。</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="226"/>
        <source>{0} learns from your annotations</source>
        <translation>{0} 正在学习您的标注</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="245"/>
        <source>A model is learning</source>
        <translation>模型正在学习</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="246"/>
        <source>The model still learns from your annotations. Quitting now gives this attempt up.</source>
        <translation>模型仍在学习您的标注。现在退出将放弃本次学习。</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="250"/>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="251"/>
        <source>Go on learning</source>
        <translation>继续学习</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="294"/>
        <source>Look and decide…</source>
        <translation>查看并决定…</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="304"/>
        <source>Choose other cases…</source>
        <translation>选择其他病例…</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="330"/>
        <source>Folder for the adapted model</source>
        <translation>适配后模型的文件夹</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="351"/>
        <source>Putting the adapted model into its place</source>
        <translation>正在存放适配后的模型</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="378"/>
        <source>Load a model first.</source>
        <translation>请先加载模型。</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="385"/>
        <source>{0}, adapted</source>
        <translation>{0}（已适配）</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="376"/>
        <source>The adapted model is in use now.</source>
        <translation>现在使用的是适配后的模型。</translation>
    </message>
</context>
<context>
    <name>AdaptDialog</name>
    <message>
        <location filename="../panels/adapt_dialog.py" line="25"/>
        <source>Adapt to my annotations</source>
        <translation>适配我的标注</translation>
    </message>
    <message>
        <location filename="../panels/adapt_dialog.py" line="33"/>
        <source>For research. Not a medical device.</source>
        <translation>仅供研究使用，不是医疗器械。</translation>
    </message>
</context>
<context>
    <name>Banner</name>
    <message>
        <location filename="../panels/banners.py" line="147"/>
        <source>Close this message</source>
        <translation>关闭此消息</translation>
    </message>
</context>
<context>
    <name>BoxTool</name>
    <message>
        <location filename="../canvas/tools/box_painting.py" line="52"/>
        <source>{width:.0f} × {height:.0f} px</source>
        <translation>{width:.0f} × {height:.0f} 像素</translation>
    </message>
    <message>
        <location filename="../canvas/tools/box_painting.py" line="55"/>
        <source>{width:.0f} × {height:.0f} mm</source>
        <translation>{width:.0f} × {height:.0f} mm</translation>
    </message>
    <message>
        <location filename="../canvas/tools/box_painting.py" line="57"/>
        <source>{width:.1f} × {height:.1f} mm</source>
        <translation>{width:.1f} × {height:.1f} mm</translation>
    </message>
</context>
<context>
    <name>BrushOptions</name>
    <message>
        <location filename="../panels/options_brush.py" line="81"/>
        <source>Diameter of the brush</source>
        <translation>画笔直径</translation>
    </message>
    <message>
        <location filename="../panels/options_brush.py" line="82"/>
        <source>mm</source>
        <translation>mm</translation>
    </message>
    <message>
        <location filename="../panels/options_brush.py" line="83"/>
        <source>px</source>
        <translation>像素</translation>
    </message>
    <message>
        <location filename="../panels/options_brush.py" line="84"/>
        <source>Unit of the brush&apos;s size</source>
        <translation>画笔大小的单位</translation>
    </message>
    <message>
        <location filename="../panels/options_brush.py" line="89"/>
        <source> SD</source>
        <translation> SD</translation>
    </message>
    <message>
        <location filename="../panels/options_brush.py" line="90"/>
        <source>Tolerance of the adaptive brush</source>
        <translation>自适应画笔的容差</translation>
    </message>
    <message>
        <location filename="../panels/options_brush.py" line="154"/>
        <source>How far values may lie from those under the beginning of the stroke, in standard deviations of the noise there</source>
        <translation>数值与落笔处相差多少仍算在内，以该处噪声的标准差为单位</translation>
    </message>
    <message>
        <location filename="../panels/options_brush.py" line="91"/>
        <source>active label</source>
        <translation>当前标签</translation>
    </message>
    <message>
        <location filename="../panels/options_brush.py" line="93"/>
        <source>What the eraser takes</source>
        <translation>橡皮擦擦除什么</translation>
    </message>
    <message>
        <location filename="../panels/options_brush.py" line="100"/>
        <source>Si&amp;ze</source>
        <translation>大小(&amp;Z)</translation>
    </message>
    <message>
        <location filename="../panels/options_brush.py" line="100"/>
        <source>&amp;Eraser takes</source>
        <translation>橡皮擦作用于(&amp;E)</translation>
    </message>
    <message>
        <location filename="../panels/options_brush.py" line="123"/>
        <source>Right button: the opposite. Shift+click: straight line. Alt+click: pick label.</source>
        <translation>右键：相反操作。Shift+单击：直线。Alt+单击：拾取标签。</translation>
    </message>
    <message>
        <location filename="../panels/options_brush.py" line="137"/>
        <source>Diameter of the brush. Shift+wheel changes it, and {smaller} and {larger}</source>
        <translation>画笔直径。可用 Shift+滚轮，或 {smaller} 和 {larger} 更改</translation>
    </message>
    <message>
        <location filename="../panels/options_brush.py" line="147"/>
        <source>Millimetres, or pixels of the picture</source>
        <translation>毫米，或图像的像素</translation>
    </message>
    <message>
        <location filename="../panels/options_brush.py" line="147"/>
        <source>The file of this picture does not say how large its pixels are</source>
        <translation>该图片的文件没有说明像素的实际大小</translation>
    </message>
    <message>
        <location filename="../panels/options_brush.py" line="92"/>
        <source>every visible label</source>
        <translation>所有可见标签</translation>
    </message>
    <message>
        <location filename="../panels/options_brush.py" line="94"/>
        <source>What the eraser takes; locked and hidden labels always stay</source>
        <translation>橡皮擦擦除什么；锁定和隐藏的标签始终保留</translation>
    </message>
    <message>
        <location filename="../panels/options_brush.py" line="158"/>
        <source>Only the adaptive brush has a tolerance.</source>
        <translation>只有自适应画笔才有容差。</translation>
    </message>
</context>
<context>
    <name>BusyPage</name>
    <message>
        <location filename="../panels/adapt_pages.py" line="55"/>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="58"/>
        <source>You can go on working with the present model, and hide this window until it is done.</source>
        <translation>您可以继续使用当前模型工作，也可以先隐藏此窗口，直到完成。</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="126"/>
        <source>Left out:</source>
        <translation>未采用：</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="67"/>
        <source>Cases left out</source>
        <translation>未采用的病例</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="68"/>
        <source>Hide</source>
        <translation>隐藏</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="71"/>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="72"/>
        <source>Give this attempt up; the present model stays</source>
        <translation>放弃本次学习；当前模型保持不变</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="92"/>
        <source>{0} learns from your annotations</source>
        <translation>{0} 正在学习您的标注</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="94"/>
        <source>Starting…</source>
        <translation>正在启动…</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="133"/>
        <source>Reading the cases</source>
        <translation>读取病例</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="134"/>
        <source>Testing the present model</source>
        <translation>测试当前模型</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="135"/>
        <source>Looking at every picture once</source>
        <translation>逐一查看图像</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="136"/>
        <source>Learning</source>
        <translation>学习</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="137"/>
        <source>Testing the adapted model</source>
        <translation>测试适配后的模型</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="138"/>
        <source>Writing the adapted model</source>
        <translation>写入适配后的模型</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="140"/>
        <source>Working</source>
        <translation>处理中</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="143"/>
        <source>{0}: {1} of {2}</source>
        <translation>{0}：{1} / {2}</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="150"/>
        <source>Less than a minute left</source>
        <translation>剩余不到一分钟</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="151"/>
        <source>About {0} min left</source>
        <translation>大约还需 {0} 分钟</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="128"/>
        <source>And {0} more.</source>
        <translation>另有 {0} 个。</translation>
    </message>
</context>
<context>
    <name>CandidateChooser</name>
    <message>
        <location filename="../controllers/candidates.py" line="153"/>
        <source>There is one mask only; prompts with several candidates offer more.</source>
        <translation>只有一个掩膜；有多个候选的提示才有更多可选。</translation>
    </message>
</context>
<context>
    <name>CandidateStrip</name>
    <message>
        <location filename="../panels/candidate_strip.py" line="96"/>
        <source>Candidate masks</source>
        <translation>候选掩膜</translation>
    </message>
</context>
<context>
    <name>CandidateView</name>
    <message>
        <location filename="../controllers/candidate_view.py" line="112"/>
        <source>Candidate {0} of {1}, quality {2}</source>
        <translation>候选 {0}/{1}，质量 {2}</translation>
    </message>
    <message>
        <location filename="../controllers/candidate_view.py" line="115"/>
        <source>{0} % like the first; what differs is tinted</source>
        <translation>与第一个相似 {0} %；差异处已着色</translation>
    </message>
    <message>
        <location filename="../controllers/candidate_view.py" line="124"/>
        <source>{0} accepts, Esc rejects</source>
        <translation>{0} 接受，Esc 拒绝</translation>
    </message>
    <message>
        <location filename="../controllers/candidate_view.py" line="125"/>
        <source>{0}: another mask</source>
        <translation>{0}：换一个掩膜</translation>
    </message>
</context>
<context>
    <name>CaseFile</name>
    <message>
        <location filename="../case_texts.py" line="24"/>
        <source>The disk is full, so what you do is not kept. Free some space, or save the mask elsewhere.</source>
        <translation>磁盘已满，您的操作无法保留。请腾出空间，或将掩膜保存到其他位置。</translation>
    </message>
    <message>
        <location filename="../case_texts.py" line="26"/>
        <source>The case file of {image} may not be written by this user. Choose another place for unfinished work in the preferences, or save the mask.</source>
        <translation>当前用户无权写入 {image} 的病例文件。请在首选项中为未完成的工作选择其他位置，或保存掩膜。</translation>
    </message>
    <message>
        <location filename="../case_texts.py" line="29"/>
        <source>The case file of {image} or its folder is not there any more. Connect the drive again, or save the mask elsewhere.</source>
        <translation>{image} 的病例文件或其文件夹已不存在。请重新连接驱动器，或将掩膜保存到其他位置。</translation>
    </message>
    <message>
        <location filename="../case_texts.py" line="32"/>
        <source>The case file of {image} is larger than this disk allows. Save the mask elsewhere.</source>
        <translation>{image} 的病例文件超过了此磁盘允许的大小。请将掩膜保存到其他位置。</translation>
    </message>
    <message>
        <location filename="../case_texts.py" line="34"/>
        <source>The case file of {image} cannot be written ({detail}). Save the mask elsewhere.</source>
        <translation>无法写入 {image} 的病例文件（{detail}）。请将掩膜保存到其他位置。</translation>
    </message>
    <message>
        <location filename="../case_texts.py" line="36"/>
        <source>This case is open in {detail}. Close it there, then try again.</source>
        <translation>此病例已在{detail}中打开。请先在那里关闭，然后重试。</translation>
    </message>
    <message>
        <location filename="../case_texts.py" line="38"/>
        <source>The case of {image} was changed by another window or program meanwhile. Save the mask under a name of its own to keep this work.</source>
        <translation>{image} 的病例同时被另一窗口或程序更改。请以新的文件名保存掩膜，以保留本次工作。</translation>
    </message>
    <message>
        <location filename="../case_texts.py" line="41"/>
        <source>{name} is not a case file of MedSAM, or its beginning is damaged. Move it elsewhere, then try again.</source>
        <translation>{name} 不是 MedSAM 的病例文件，或其开头已损坏。请将其移到别处，然后重试。</translation>
    </message>
    <message>
        <location filename="../case_texts.py" line="44"/>
        <source>{name} was written by a later version of this program. Update the program to go on with it.</source>
        <translation>{name} 由本程序的较新版本写入。请更新程序后继续。</translation>
    </message>
    <message>
        <location filename="../case_texts.py" line="46"/>
        <source>{name} belongs to another image ({detail}). Move it elsewhere, then try again.</source>
        <translation>{name} 属于另一图像（{detail}）。请将其移到别处，然后重试。</translation>
    </message>
    <message>
        <location filename="../case_texts.py" line="59"/>
        <source>another window</source>
        <translation>另一窗口</translation>
    </message>
    <message>
        <location filename="../case_texts.py" line="61"/>
        <source>another window of this computer since {0} (process {1})</source>
        <translation>本机的另一窗口（自 {0} 起，进程 {1}）</translation>
    </message>
    <message>
        <location filename="../case_texts.py" line="63"/>
        <source>a window on the computer {2} since {0} (process {1})</source>
        <translation>计算机 {2} 上的窗口（自 {0} 起，进程 {1}）</translation>
    </message>
    <message>
        <location filename="../case_texts.py" line="71"/>
        <source>The last action was not written to the end and is missing.</source>
        <translation>最后一步操作未完整写入，已缺失。</translation>
    </message>
    <message>
        <location filename="../case_texts.py" line="72"/>
        <source>The case file was damaged: {count} later steps could not be brought back; {aside} keeps what is left of them.</source>
        <translation>病例文件已损坏：之后的 {count} 步无法恢复；残留内容保存在 {aside} 中。</translation>
    </message>
    <message>
        <location filename="../case_texts.py" line="78"/>
        <source>The place of this image in the patient differs from when the work was done.</source>
        <translation>图像在患者体内的位置与此前工作时不同。</translation>
    </message>
    <message>
        <location filename="../case_texts.py" line="95"/>
        <source>1 step</source>
        <translation>1 步</translation>
    </message>
    <message>
        <location filename="../case_texts.py" line="95"/>
        <source>{0} steps</source>
        <translation>{0} 步</translation>
    </message>
    <message>
        <location filename="../case_texts.py" line="97"/>
        <source>1 label</source>
        <translation>1 个标签</translation>
    </message>
    <message>
        <location filename="../case_texts.py" line="97"/>
        <source>{0} labels</source>
        <translation>{0} 个标签</translation>
    </message>
    <message>
        <location filename="../case_texts.py" line="99"/>
        <source>Your work of {0} is here again: {1}, {2}.</source>
        <translation>已恢复您在 {0} 的工作：{1}，{2}。</translation>
    </message>
    <message>
        <location filename="../case_texts.py" line="75"/>
        <source>The case file was damaged: your work is whole, but only the last {count} steps can be undone; {aside} keeps the damaged file.</source>
        <translation>病例文件已损坏：您的工作完整，但只有最后 {count} 步可以撤销；{aside} 保存了损坏的文件。</translation>
    </message>
    <message>
        <location filename="../case_texts.py" line="52"/>
        <source>Your work goes on in memory only.</source>
        <translation>您的工作目前只在内存中继续。</translation>
    </message>
</context>
<context>
    <name>CasesOnDisk</name>
    <message>
        <location filename="../controllers/cases_on_disk.py" line="185"/>
        <source>Start again without it</source>
        <translation>不使用它，重新开始</translation>
    </message>
    <message>
        <location filename="../controllers/cases_on_disk.py" line="217"/>
        <source>Bring it back</source>
        <translation>找回</translation>
    </message>
    <message>
        <location filename="../controllers/cases_on_disk.py" line="222"/>
        <source>Starting again</source>
        <translation>正在重新开始</translation>
    </message>
    <message>
        <location filename="../controllers/cases_on_disk.py" line="228"/>
        <source>Bringing the work back</source>
        <translation>正在找回工作</translation>
    </message>
    <message>
        <location filename="../controllers/cases_on_disk.py" line="312"/>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <location filename="../controllers/cases_on_disk.py" line="310"/>
        <source>Save mask as…</source>
        <translation>掩膜另存为…</translation>
    </message>
    <message>
        <location filename="../controllers/cases_on_disk.py" line="321"/>
        <source>Your work is kept on the disk again.</source>
        <translation>您的工作又可保存到磁盘了。</translation>
    </message>
    <message>
        <location filename="../controllers/cases_on_disk.py" line="342"/>
        <source>That did not help yet.</source>
        <translation>仍然没有成功。</translation>
    </message>
    <message>
        <location filename="../controllers/cases_on_disk.py" line="348"/>
        <source>Trying to keep the work on the disk</source>
        <translation>正在尝试将工作保存到磁盘</translation>
    </message>
    <message>
        <location filename="../controllers/cases_on_disk.py" line="353"/>
        <source>No work on this image is kept yet.</source>
        <translation>该图像尚无保留的工作。</translation>
    </message>
    <message>
        <location filename="../controllers/cases_on_disk.py" line="357"/>
        <source>You have not started this image again.</source>
        <translation>您还没有对该图像重新开始。</translation>
    </message>
    <message>
        <location filename="../controllers/cases_on_disk.py" line="316"/>
        <source>What you do is not kept any more. Save the mask, and open the image again.</source>
        <translation>您的操作不再保留。请保存掩膜，然后重新打开图像。</translation>
    </message>
    <message>
        <location filename="../controllers/cases_on_disk.py" line="217"/>
        <source>You started again. The former work is kept in another file.</source>
        <translation>您已重新开始。之前的工作保留在另一文件中。</translation>
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
    <name>CheatSheet</name>
    <message>
        <location filename="../panels/cheat_sheet.py" line="108"/>
        <source>Keys and mouse</source>
        <translation>键盘与鼠标</translation>
    </message>
    <message>
        <location filename="../panels/cheat_sheet.py" line="101"/>
        <source>Search for a key or what it does</source>
        <translation>查找按键或功能</translation>
    </message>
    <message>
        <location filename="../panels/cheat_sheet.py" line="102"/>
        <source>Search</source>
        <translation>查找</translation>
    </message>
    <message>
        <location filename="../panels/cheat_sheet.py" line="109"/>
        <source>&amp;Print…</source>
        <translation>打印(&amp;P)…</translation>
    </message>
    <message>
        <location filename="../panels/cheat_sheet.py" line="112"/>
        <source>&amp;Change keys…</source>
        <translation>更改按键(&amp;C)…</translation>
    </message>
    <message>
        <location filename="../panels/cheat_sheet.py" line="132"/>
        <source>Profile: {0}</source>
        <translation>方案：{0}</translation>
    </message>
    <message>
        <location filename="../panels/cheat_sheet.py" line="137"/>
        <source>Nothing is called “{0}”.</source>
        <translation>没有与“{0}”相符的内容。</translation>
    </message>
    <message>
        <location filename="../panels/cheat_sheet.py" line="156"/>
        <source>Print keys and mouse</source>
        <translation>打印键盘与鼠标说明</translation>
    </message>
</context>
<context>
    <name>ChoosePage</name>
    <message>
        <location filename="../panels/adapt_choice.py" line="68"/>
        <source>A copy of the model learns from the outlines of the ticked cases. Some of these cases are kept aside to test it: you see the scores before and after, and then decide. The present model does not change.</source>
        <translation>模型的一个副本会学习所勾选病例中的轮廓。其中一部分病例留作测试：您会看到学习前后的得分，然后再作决定。当前模型不会改变。</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="75"/>
        <source>All cases</source>
        <translation>全部病例</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="77"/>
        <source>Add cases…</source>
        <translation>添加病例…</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="78"/>
        <source>Pictures and scans from elsewhere, with their masks</source>
        <translation>来自其他位置的图片和扫描及其掩膜</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="84"/>
        <source>Case</source>
        <translation>病例</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="84"/>
        <source>Mask</source>
        <translation>掩膜</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="84"/>
        <source>Cases</source>
        <translation>病例</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="117"/>
        <source>Adapt {0} to my annotations</source>
        <translation>使 {0} 适配我的标注</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="131"/>
        <source>as drawn now, not saved</source>
        <translation>当前绘制的内容，未保存</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="133"/>
        <source>{0} (open now)</source>
        <translation>{0}（当前打开）</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="177"/>
        <source>{0} of {1} cases ticked.</source>
        <translation>已勾选 {0} / {1} 个病例。</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="181"/>
        <source>It works best with six or more; with so few the test says little.</source>
        <translation>六个或更多病例效果最好；病例太少时测试结果意义不大。</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="186"/>
        <source>Tick at least two: one to learn from and one to test on.</source>
        <translation>请至少勾选两个：一个用于学习，一个用于测试。</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="187"/>
        <source>Give the new model a name.</source>
        <translation>请为新模型命名。</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="192"/>
        <source>{0} minutes</source>
        <translation>{0} 分钟</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="194"/>
        <source>For reading, learning and testing together; you can go on working meanwhile</source>
        <translation>读取、学习和测试的总时间；期间您可以继续工作</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="208"/>
        <source>&amp;Time:</source>
        <translation>时间(&amp;T)：</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="208"/>
        <source>&amp;Name:</source>
        <translation>名称(&amp;N)：</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="216"/>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="220"/>
        <source>Start</source>
        <translation>开始</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="146"/>
        <source>Finished cases of the list ({0})</source>
        <translation>列表中已完成的病例（{0}）</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="170"/>
        <source>Add cases first.</source>
        <translation>请先添加病例。</translation>
    </message>
</context>
<context>
    <name>Domain</name>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A block has the size of its region, {0}; {1} came.</source>
        <translation>数据块的大小应与其区域一致（{0}）；实际为 {1}。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A box around a mask needs at least one pixel; the mask is empty.</source>
        <translation>由掩膜取框至少需要一个像素；该掩膜为空。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A box must cover at least {0} pixel of the {1}×{2} picture; {3} does not. Drag a larger box around the object.</source>
        <translation>框至少应覆盖 {1}×{2} 图像的 {0} 个像素；{3} 没有做到。请围绕目标拖出更大的框。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A box needs four finite numbers; {0} came.</source>
        <translation>框需要四个有限数值；实际为 {0}。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A box runs from its upper left to its lower right corner; {0} is inverted. Swap x0 with x1 or y0 with y1.</source>
        <translation>框应从左上角到右下角；{0} 是反向的。请交换 x0 与 x1，或 y0 与 y1。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A brush is {0} to {1} {2} wide; {3} came.</source>
        <translation>画笔宽度为 {0} 到 {1} {2}；实际为 {3}。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A case stands once in a list; {0} stands in it twice.</source>
        <translation>同一病例在列表中只能出现一次；{0} 出现了两次。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A case stands once in a list; {0} stands in the lines {1} and {2} of {3}. Take one out.</source>
        <translation>同一病例在列表中只能出现一次；{0} 出现在 {3} 的第 {1} 行和第 {2} 行。请删去其中一行。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A label is drawn as {0}; {1} came.</source>
        <translation>标签的显示方式为 {0} 之一；实际为 {1}。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A label is split into 2 to 255 parts; {0} came.</source>
        <translation>标签可拆分为 2 到 255 个部分；实际为 {0}。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A label map has fewer than 4294967296 voxels; this image has more.</source>
        <translation>标签图的体素应少于 4294967296 个；该图像更多。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A label map has the size of its image, {0}; {1} came.</source>
        <translation>标签图的大小应与其图像一致（{0}）；实际为 {1}。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A label needs a name; the one given is empty.</source>
        <translation>标签需要名称；所给名称为空。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A label&apos;s number lies between 1 and {0}; {1} came.</source>
        <translation>标签编号应在 1 到 {0} 之间；实际为 {1}。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A locked label cannot be deleted; unlock &quot;{0}&quot; first.</source>
        <translation>锁定的标签不能删除；请先解锁“{0}”。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A locked label cannot be merged; unlock &quot;{0}&quot; first.</source>
        <translation>锁定的标签不能合并；请先解锁“{0}”。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A locked label cannot be painted; unlock &quot;{0}&quot; or choose another one.</source>
        <translation>锁定的标签不能涂画；请解锁“{0}”或选择其他标签。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A margin is zero or more millimetres; {0} came.</source>
        <translation>边距应为零毫米或更大；实际为 {0}。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A mask has the size of its slice or block, {0}; {1} came.</source>
        <translation>掩膜的大小应与其层面或数据块一致（{0}）；实际为 {1}。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A mask needs a box, a point or a previous mask to start from; nothing came.</source>
        <translation>生成掩膜需要框、点或已有掩膜作为起点；均未提供。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A polygon is a row of corners, each a pair of finite numbers x, y.</source>
        <translation>多边形由一列角点组成，每个角点为一对有限数值 x、y。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A prompt is replaced on its own slice only.</source>
        <translation>提示只能在其所在层面上替换。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A range runs from a low to a high value; {0} to {1} came.</source>
        <translation>范围应从低值到高值；实际为 {0} 到 {1}。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A range runs from its lower to its upper value; {0} to {1} came.</source>
        <translation>范围应从下限到上限；实际为 {0} 到 {1}。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A record of a case file is smaller than 4 GiB; this step is larger.</source>
        <translation>病例文件的一条记录应小于 4 GiB；这一步更大。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A rule names a label if and only if it paints inside one (&quot;label&quot;).</source>
        <translation>规则仅在限于某标签之内（“label”）时才指定标签。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A ruler has two points and an angle three; {0} came.</source>
        <translation>标尺有两个点，角度有三个点；实际为 {0} 个。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A ruler&apos;s points are finite numbers; one of them is not.</source>
        <translation>标尺的点应为有限数值；其中有一个不是。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A set names at least one label; {0} has none. Load another file.</source>
        <translation>标签集至少应有一个标签；{0} 中没有。请载入其他文件。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A set of labels is a text file; {0} holds other bytes. Choose another file.</source>
        <translation>标签集是文本文件；{0} 含有其他内容。请选择其他文件。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A set of labels is written as {0}; &quot;{1}&quot; came. Choose one of these endings.</source>
        <translation>标签集的文件类型为 {0}；实际为“{1}”。请选择其中一种扩展名。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A snapshot of the case file is damaged and cannot be read.</source>
        <translation>病例文件的一个快照已损坏，无法读取。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A state is one of {0}; line {1} of {2} says &quot;{3}&quot;. Correct it.</source>
        <translation>状态应为 {0} 之一；{2} 第 {1} 行为“{3}”。请更正。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A step belongs to an image of its own size, {0}; this one has {1}.</source>
        <translation>步骤属于大小为 {0} 的图像；该图像为 {1}。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A step of the case file is damaged and cannot be read.</source>
        <translation>病例文件中的一步已损坏，无法读取。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A stored worklist is JSON; {0} is not. Open its folder instead.</source>
        <translation>保存的病例列表应为 JSON；{0} 不是。请改为打开其文件夹。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A table holds at most {0} labels; this set does not fit in. Load fewer.</source>
        <translation>标签表最多容纳 {0} 个标签；此标签集放不下。请少载入一些。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A threshold needs single values; a colour picture has three a pixel.</source>
        <translation>阈值需要单一数值；彩色图片每个像素有三个数值。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A tolerance is zero or more; {0} came.</source>
        <translation>容差应为零或更大；实际为 {0}。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A volume has three sides of at least one voxel; {0} came.</source>
        <translation>体积数据有三个边，每边至少一个体素；实际为 {0}。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A volume holds real numbers; {0} came.</source>
        <translation>体积数据应为实数；实际为 {0}。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A volume is (I, J, K) numbers or (I, J, K, 3) 8-bit colour; {0} of {1} came.</source>
        <translation>体积数据应为 (I, J, K) 数值或 (I, J, K, 3) 的 8 位彩色；实际为 {1} 的 {0}。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A window is level/width (40/400) or one of {0}; &quot;{1}&quot; came.</source>
        <translation>窗应为 窗位/窗宽（如 40/400），或 {0} 之一；实际为“{1}”。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A window needs a finite level and a width above zero; {0}/{1} came.</source>
        <translation>窗需要有限的窗位和大于零的窗宽；实际为 {0}/{1}。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A worklist has at least one case; {0} has none below its first line.</source>
        <translation>病例列表至少应有一个病例；{0} 在第一行之后没有病例。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A worklist is CSV text in UTF-8; {0} is not. Save it so (in Excel: &quot;CSV UTF-8&quot;).</source>
        <translation>病例列表应为 UTF-8 编码的 CSV 文本；{0} 不是。请以该格式保存（在 Excel 中选“CSV UTF-8”）。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A worklist is a table whose first line names its columns, one of them image; {0} has none of that name. Add the line, for example: image,mask.</source>
        <translation>病例列表是一个表格，第一行为列名，其中一列为 image；{0} 没有该列。请添加该行，例如：image,mask。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>A {0} is zero or more millimetres; {1} came.</source>
        <translation>{0} 应为零毫米或更大；实际为 {1}。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>An affine is a 4 by 4 matrix of finite numbers; the file&apos;s is not.</source>
        <translation>仿射矩阵应为 4×4 的有限数值；该文件的不是。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>An annotation keeps at least one label; add another before deleting this one.</source>
        <translation>标注至少要有一个标签；请先新建另一个再删除此标签。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>An annotation keeps at least one label; the new table has none.</source>
        <translation>标注至少要有一个标签；新的标签表中没有。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>An array has the axes 0, 1 and 2; a ruler of the case file lies across {0}.</source>
        <translation>数组的轴为 0、1 和 2；病例文件中有一个标尺位于轴 {0}。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>Another window writes {0} and does not end. Close that window, or wait.</source>
        <translation>另一窗口正在写入 {0} 且一直没有结束。请关闭该窗口，或稍候。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>Every case has a mask of its own, which is no image of the list; {0} of {1} belongs to {2}, too. Correct the list.</source>
        <translation>每个病例都有自己的掩膜，且不是列表中的图像；{1} 的 {0} 也属于 {2}。请更正列表。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>Every case has an image; line {0} of {1} names none. Add it.</source>
        <translation>每个病例都有图像；{1} 第 {0} 行没有。请补上。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>Every label has a number of its own; the new table has one twice.</source>
        <translation>每个标签都有自己的编号；新的标签表中有一个编号出现了两次。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>Every label has a number of its own; {0} is taken.</source>
        <translation>每个标签都有自己的编号；{0} 已被占用。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>Every point needs a sign; {0} points and {1} signs came.</source>
        <translation>每个点都需要正负号；实际有 {0} 个点和 {1} 个正负号。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>Labels are whole numbers from 0 to 65535; {0} to {1} came.</source>
        <translation>标签应为 0 到 65535 的整数；实际为 {0} 到 {1}。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>Loading would change the locked label &quot;{0}&quot;; unlock it first.</source>
        <translation>载入会更改已锁定的标签“{0}”；请先解锁。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>Merging takes two labels or more; only one came. Choose more rows.</source>
        <translation>合并需要两个或更多标签；实际只有一个。请选择更多行。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>Opacity lies between 0 and 1; {0} came.</source>
        <translation>不透明度应在 0 到 1 之间；实际为 {0}。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>Slice {0} has nothing of &quot;{1}&quot; to copy.</source>
        <translation>层面 {0} 上没有可复制的“{1}”。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>The case file has a change of the kind &quot;{0}&quot;, which this version does not know.</source>
        <translation>病例文件中有一种类型为“{0}”的更改，此版本无法识别。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>The disk is full: {0} was not written. Free some space.</source>
        <translation>磁盘已满：{0} 未写入。请腾出一些空间。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>The region would have {0} voxels, more than {1}: it leaks into its surroundings. Lower the tolerance or the radius.</source>
        <translation>该区域将有 {0} 个体素，超过 {1} 个：已泄漏到周围。请减小容差或半径。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>The states of the cases could not be stored in {0} ({1}). The masks are not concerned.</source>
        <translation>无法将病例状态保存到 {0}（{1}）。掩膜不受影响。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>The step&apos;s voxels are damaged and cannot be read.</source>
        <translation>该步骤的体素已损坏，无法读取。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>The tolerance of a brush is above 0; {0} came.</source>
        <translation>画笔的容差应大于 0；实际为 {0}。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>The voxel axes must span space; two of the file&apos;s axes are parallel or zero.</source>
        <translation>体素轴应张成空间；该文件有两个轴平行或为零。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>The voxel under the mouse has no value to compare with; choose another one.</source>
        <translation>鼠标下的体素没有可比较的数值；请选择其他体素。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>There is no label {0} in the table.</source>
        <translation>标签表中没有标签 {0}。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>There is no prompt {0} to remove.</source>
        <translation>没有可移除的提示 {0}。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>There is no slice beyond this one to copy from.</source>
        <translation>此层面之外没有可复制的层面。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>This case is closed.</source>
        <translation>该病例已关闭。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>This step was dropped from the case file.</source>
        <translation>该步骤已从病例文件中删去。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>{0} cannot be read: {1}.</source>
        <translation>无法读取 {0}：{1}。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>{0} cannot be read: {1}. Check the right to read it.</source>
        <translation>无法读取 {0}：{1}。请检查读取权限。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>{0} cannot be read: {1}. Check where it lies.</source>
        <translation>无法读取 {0}：{1}。请检查其位置。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>{0} cannot be written, so states and times of its cases are kept in your own folder on this machine.</source>
        <translation>无法写入 {0}，因此病例的状态和用时保存在本机您自己的文件夹中。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>{0} cannot be written: {1}. Choose another folder.</source>
        <translation>无法写入 {0}：{1}。请选择其他文件夹。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>{0} is nested too deeply for a set of labels. Load another file.</source>
        <translation>{0} 的嵌套层次过深，不像标签集。请载入其他文件。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>{0} is no set of labels: a list under &quot;labels&quot; is expected. Load another file.</source>
        <translation>{0} 不是标签集：应有名为“labels”的列表。请载入其他文件。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>{0} is no set of labels: such a file is smaller than {1} MB. Choose another file.</source>
        <translation>{0} 不是标签集：此类文件小于 {1} MB。请选择其他文件。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>{0} is no worklist of this program. Open its folder instead.</source>
        <translation>{0} 不是本程序的病例列表。请改为打开其文件夹。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>{0} is of version {1} and this program reads up to {2}; update the program, or save the set as an ITK-SNAP label file there.</source>
        <translation>{0} 的版本为 {1}，本程序最高支持 {2}；请更新程序，或在原处将标签集存为 ITK-SNAP 标签文件。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>{0} was written by a newer version of this program ({1}; this one knows {2}). Update this program, or work on a copy of the folder without that file.</source>
        <translation>{0} 由本程序的较新版本写入（{1}；当前版本支持 {2}）。请更新本程序，或复制该文件夹（不含该文件）后使用副本。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>{0} {1} and was kept as {2}. {3}; images and masks were not touched.</source>
        <translation>{0} {1}，已保留为 {2}。{3}；图像和掩膜均未改动。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>{0} {1}. The cases begin anew; nothing else was touched.</source>
        <translation>{0} {1}。病例从头开始；其他内容均未改动。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>{0}, line {1}, is no JSON: {2}. Mend the line.</source>
        <translation>{0} 第 {1} 行不是 JSON：{2}。请更正该行。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>{0}, line {1}: a table in commas begins with a header that has &quot;Name&quot;; {2} came. Add the header LabelValue,Name,Color_R,Color_G,Color_B.</source>
        <translation>{0} 第 {1} 行：以逗号分隔的表格应以含“Name”的表头开始；实际为 {2}。请添加表头 LabelValue,Name,Color_R,Color_G,Color_B。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>{0}: &quot;color&quot; is &quot;#rrggbb&quot; or three numbers from 0 to 255; {1} came. Mend the entry.</source>
        <translation>{0}：“color”应为“#rrggbb”或三个 0 到 255 的数值；实际为 {1}。请更正该项。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>{0}: &quot;id&quot; is a whole number; {1} came. Mend the entry.</source>
        <translation>{0}：“id”应为整数；实际为 {1}。请更正该项。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>{0}: &quot;opacity&quot; is a number from 0 to 1; {1} came. Mend the entry.</source>
        <translation>{0}：“opacity”应为 0 到 1 的数值；实际为 {1}。请更正该项。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>{0}: &quot;style&quot; is &quot;both&quot;, &quot;fill&quot; or &quot;outline&quot;; {1} came. Mend the entry.</source>
        <translation>{0}：“style”应为“both”、“fill”或“outline”；实际为 {1}。请更正该项。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>{0}: &quot;{1}&quot; is true or false; {2} came. Mend the entry.</source>
        <translation>{0}：“{1}”应为 true 或 false；实际为 {2}。请更正该项。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>{0}: a &quot;name&quot; is expected; {1} came. Mend the entry.</source>
        <translation>{0}：应有“name”；实际为 {1}。请更正该项。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>{0}: a colour&apos;s parts lie between 0 and 255; {1} came. Mend the line.</source>
        <translation>{0}：颜色分量应在 0 到 255 之间；实际为 {1}。请更正该行。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>{0}: a label&apos;s number is whole; {1} came. Mend the line.</source>
        <translation>{0}：标签编号应为整数；实际为 {1}。请更正该行。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>{0}: a label&apos;s number lies between 1 and {1}; {2} came. Mend it.</source>
        <translation>{0}：标签编号应在 1 到 {1} 之间；实际为 {2}。请更正。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>{0}: a line is &quot;number name red green blue alpha&quot; (3D Slicer) or &apos;number red green blue alpha visible mesh &quot;name&quot;&apos; (ITK-SNAP); &quot;{1}&quot; came. Mend the line or load another file.</source>
        <translation>{0}：每行应为“编号 名称 红 绿 蓝 alpha”（3D Slicer）或“编号 红 绿 蓝 alpha 可见 网格 &quot;名称&quot;”（ITK-SNAP）；实际为“{1}”。请更正该行或载入其他文件。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>{0}: a number is expected; &quot;{1}&quot; came. Mend the line.</source>
        <translation>{0}：应为数值；实际为“{1}”。请更正该行。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>{0}: an object with a &quot;name&quot; is expected, {1} came. Mend the entry.</source>
        <translation>{0}：应为含“name”的对象，实际为 {1}。请更正该项。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>{0}: every label has a number of its own; {1} came before ({2}). Give one of them another number.</source>
        <translation>{0}：每个标签都有自己的编号；{1} 此前已出现（{2}）。请为其中一个改用其他编号。</translation>
    </message>
    <message>
        <location filename="../domain_words/documents.py" line="10"/>
        <source>{0}: the alpha A lies between 0 and 1; {1} came. Mend the line.</source>
        <translation>{0}：alpha（A）应在 0 到 1 之间；实际为 {1}。请更正该行。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>16-bit colour was scaled to 8 bit.</source>
        <translation>16 位彩色已缩放为 8 位。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>4D with {0} images at every position; {1} is shown.</source>
        <translation>四维数据，每个位置有 {0} 个图像；显示第 {1} 个。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>4D with {0} time points; {1} is shown.</source>
        <translation>四维数据，共 {0} 个时间点；显示第 {1} 个。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>A DICOM folder needs image files; {0} holds none that can be read ({1}). Copy it again.</source>
        <translation>DICOM 文件夹需要图像文件；{0} 中没有可读取的（{1}）。请重新复制。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>A DICOM image needs pixel data; {0} has none, or ends before it does. Copy or export it again.</source>
        <translation>DICOM 图像需要像素数据；{0} 没有，或在其之前就结束。请重新复制或导出。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>A DICOM image needs {0}; {1} has no usable one, so its pixels cannot be laid out. Export it again.</source>
        <translation>DICOM 图像需要 {0}；{1} 中没有可用的，因此无法排列像素。请重新导出。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>A DICOMDIR lists files that lie beside it; {0}. Copy the whole disc, or open a folder of DICOM files.</source>
        <translation>DICOMDIR 列出其旁边的文件；{0}。请复制整张光盘，或打开 DICOM 文件所在的文件夹。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>A PNG holds 8- or 16-bit values from 0; {0} would hold {1} from {2} to {3}. Choose .tif, .nii.gz or .nrrd, which keep them exactly.</source>
        <translation>PNG 只能保存从 0 开始的 8 位或 16 位数值；{0} 将含有 {2} 到 {3} 的{1}。请选择能够精确保存的 .tif、.nii.gz 或 .nrrd。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>A Siemens mosaic of {0} slices was taken apart.</source>
        <translation>由 {0} 个层面拼成的西门子拼图已拆分。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>A contour is a list of points of three numbers; one of {0} is not. Export it again.</source>
        <translation>轮廓是由三个数值构成的点的列表；{0} 中有一个不是。请重新导出。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>A detached header needs its data file; the one that {0} names is not beside it. Put both into one folder.</source>
        <translation>分离式文件头需要其数据文件；{0} 所指的文件不在旁边。请将两者放入同一文件夹。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>A file is needed; {0} is a folder. Choose another name.</source>
        <translation>需要的是文件；{0} 是文件夹。请选择其他名称。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>A file is written into a folder that exists; {0} does not. Make the folder, or choose another place.</source>
        <translation>文件只能写入已有的文件夹；{0} 不存在。请新建该文件夹，或选择其他位置。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>A file&apos;s name must fit the disk, often 255 bytes; {0}... is longer. Choose a shorter name.</source>
        <translation>文件名须符合磁盘的限制，通常为 255 字节；{0}... 更长。请选择较短的名称。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>A folder can be opened if it holds DICOM, one volume, or pictures only; {0} holds {1}. Open one file of it.</source>
        <translation>文件夹须只含 DICOM、一个体积数据或只含图片才能打开；{0} 含有 {1}。请打开其中一个文件。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>A folder must hold an image to be opened; {0} {1}.</source>
        <translation>文件夹须含有图像才能打开；{0} {1}。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>A folder must hold {0} files to be opened; {1} holds none, only {2}.</source>
        <translation>文件夹须含有 {0} 文件才能打开；{1} 没有，只有 {2}。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>A label map holds one whole number a pixel; {0} is in colour. Save label ids as grey values, or as NIfTI.</source>
        <translation>标签图每个像素为一个整数；{0} 是彩色的。请将标签编号存为灰度值，或存为 NIfTI。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>A label map holds one whole number a voxel; {0} holds several. Save label ids as a 3D image first.</source>
        <translation>标签图每个体素为一个整数；{0} 含有多个。请先将标签编号存为三维图像。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>A label map holds whole numbers; {0} holds {1}. It may be an image or a probability map; threshold it first.</source>
        <translation>标签图应为整数；{0} 含有 {1}。它可能是图像或概率图；请先进行阈值处理。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>A label map is a NIfTI, NRRD, MetaImage or PNG file; {0} is DICOM. Convert it to NIfTI first.</source>
        <translation>标签图应为 NIfTI、NRRD、MetaImage 或 PNG 文件；{0} 是 DICOM。请先转换为 NIfTI。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>A label map is three axes of whole numbers; {0} of {1} came.</source>
        <translation>标签图为三轴整数；实际为 {1} 的 {0}。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>A label map must have the size of its image, {0}; {1} came.</source>
        <translation>标签图的大小应与其图像一致（{0}）；实际为 {1}。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>A label map must have the size of its image, {0}; {1} is {2}. Choose the label map of this image.</source>
        <translation>标签图的大小应与其图像一致（{0}）；{1} 为 {2}。请选择该图像的标签图。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>A label map must lie where its image lies; {0} has the size of the image but is up to {1} mm away. Choose the label map of this image, or resample it to the image first.</source>
        <translation>标签图应位于其图像所在之处；{0} 的大小与图像一致，但相距最多 {1} mm。请选择该图像的标签图，或先重采样到该图像。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>A new or empty folder is needed; {0} holds files. Choose another name.</source>
        <translation>需要新的或空的文件夹；{0} 中已有文件。请选择其他名称。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>A part of {0} is missing. Copy all of its files into one folder.</source>
        <translation>{0} 缺少一部分。请将其所有文件复制到同一文件夹。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>A picture is grey or has red, green and blue; {0} has {1} channels. Save the channels as separate pictures.</source>
        <translation>图片应为灰度或红绿蓝三色；{0} 有 {1} 个通道。请将各通道存为单独的图片。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>A picture may have up to {0} pixels; {1} has more. Crop or downsample it first.</source>
        <translation>图片最多可有 {0} 个像素；{1} 更多。请先裁剪或降采样。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>A scout (localizer), made to plan the scan.</source>
        <translation>定位像，用于规划扫描。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>A segmentation by voxels is a DICOM file of the kind SEG; {0} is {1}. Choose another file, or convert it.</source>
        <translation>逐体素的分割是 SEG 类型的 DICOM 文件；{0} 是 {1}。请选择其他文件，或进行转换。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>A segmentation must lie in the image&apos;s frame of reference; {0} lies in another. Choose the segmentation of this image, or register the two first.</source>
        <translation>分割须位于图像的参考坐标系中；{0} 位于另一坐标系。请选择该图像的分割，或先将两者配准。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>A segmentation must lie in the image; all {0} of {1} lie outside. Choose the segmentation of this image.</source>
        <translation>分割须位于图像之内；{1} 的全部 {0} 都在图像之外。请选择该图像的分割。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>A segmentation names segments; {0} names none. Export it again.</source>
        <translation>分割须命名各分段；{0} 没有。请重新导出。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>A segmentation needs pixel data; {0} has none, or ends before it does. Copy or export it again.</source>
        <translation>分割需要像素数据；{0} 没有，或在其之前就结束。请重新复制或导出。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>A segmentation needs {0}; {1} has no usable one, so its pixels cannot be laid out. Export it again.</source>
        <translation>分割需要 {0}；{1} 中没有可用的，因此无法排列像素。请重新导出。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>A segmentation&apos;s pixels must be the image&apos;s voxels, here {0} mm; {1} {2}. Choose the segmentation of this image, or resample it to the image first.</source>
        <translation>分割的像素须与图像的体素一致，此处为 {0} mm；{1} {2}。请选择该图像的分割，或先重采样到该图像。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>A segmentation&apos;s pixels must be the image&apos;s voxels; those of {0} lie {1} mm beside them. Choose the segmentation of this image, or resample it first.</source>
        <translation>分割的像素须与图像的体素一致；{0} 的像素偏离 {1} mm。请选择该图像的分割，或先重采样。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>A structure set holds the outlines of its structures; {0} ends before them, or does not say whose they are. Copy or export it again.</source>
        <translation>结构集含有各结构的轮廓；{0} 在其之前就结束，或没有说明轮廓属于谁。请重新复制或导出。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>A structure set is a DICOM file of the kind RTSTRUCT; {0} is {1}. Choose another file.</source>
        <translation>结构集是 RTSTRUCT 类型的 DICOM 文件；{0} 是 {1}。请选择其他文件。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>A video cannot be opened; {0} is one. Export the frames you need as pictures.</source>
        <translation>无法打开视频；{0} 是视频。请将所需的帧导出为图片。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>An Analyze or NIfTI pair is two files; {0} is missing beside {1}. Put both into one folder.</source>
        <translation>Analyze 或 NIfTI 文件对由两个文件组成；{1} 旁边缺少 {0}。请将两者放入同一文件夹。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>An image has two to four axes; {0} has {1}.</source>
        <translation>图像有二到四个轴；{0} 有 {1} 个。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>An image holds real numbers or 8-bit colours; {0} holds {1}. Convert it first, for example to its magnitude.</source>
        <translation>图像应为实数或 8 位彩色；{0} 含有 {1}。请先转换，例如取其幅值。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>An image holds real numbers; {0} holds complex ones. Save its magnitude or phase first.</source>
        <translation>图像应为实数；{0} 含有复数。请先保存其幅值或相位。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>An image is a file or a folder; {0} is neither. Copy it to a disk first.</source>
        <translation>图像是文件或文件夹；{0} 都不是。请先将其复制到磁盘。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>An image is a {0} file; {1} is {2}. Convert it to one of these first.</source>
        <translation>图像应为 {0} 文件；{1} 是 {2}。请先转换为其中一种。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>An image must fit into the free memory: {0} needs {1} to open and {2} is free. Close other programs, or open a cropped or downsampled copy.</source>
        <translation>图像须能放入可用内存：打开 {0} 需要 {1}，可用 {2}。请关闭其他程序，或打开裁剪或降采样后的副本。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>An image needs at least one voxel along every axis; {0} is {1}.</source>
        <translation>图像沿每个轴至少要有一个体素；{0} 为 {1}。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>Analyze files do not store left and right; nibabel&apos;s default is assumed.</source>
        <translation>Analyze 文件不记录左右；已采用 nibabel 的默认设定。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>At least one file is needed; an empty list came.</source>
        <translation>至少需要一个文件；所给列表为空。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>CMYK colours were turned into RGB.</source>
        <translation>CMYK 颜色已转换为 RGB。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>Choose .nii.gz or .nrrd, or .tif for a file of several pages.</source>
        <translation>请选择 .nii.gz 或 .nrrd；若要多页文件，请选择 .tif。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>Choose .nii.gz or .nrrd, or a name without extension for a folder of PNG files.</source>
        <translation>请选择 .nii.gz 或 .nrrd；若要 PNG 文件夹，请使用不带扩展名的名称。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>Contours lie up to {0} mm beside the slices; each slice took the nearest.</source>
        <translation>轮廓与层面最多相距 {0} mm；各层面采用了最近的轮廓。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>Contours that reach over the image&apos;s edge were cut there.</source>
        <translation>超出图像边缘的轮廓已在边缘处截断。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>Distances were turned from {0}s to mm.</source>
        <translation>距离已由 {0} 换算为 mm。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>Every file of a list must be there; {0} is missing.</source>
        <translation>列表中的每个文件都须存在；缺少 {0}。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>Every frame of a segmentation needs its place in the patient; one of {0} has none. A segmentation of a slide cannot be read; else export it again.</source>
        <translation>分割的每一帧都需要其在患者体内的位置；{0} 中有一帧没有。切片病理的分割无法读取；否则请重新导出。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>Every frame of a segmentation needs its place in the patient; {0} holds {1} and places {2}. A segmentation of a slide cannot be read; else export it again.</source>
        <translation>分割的每一帧都需要其在患者体内的位置；{0} 含有 {1}，定位了 {2}。切片病理的分割无法读取；否则请重新导出。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>Every position of a series must hold as many slices as the others; {0} holds {1} at most positions, but not at {2}. Remove the doubled files, or open them as a list.</source>
        <translation>序列的每个位置都应有相同数量的层面；{0} 在多数位置有 {1} 个，但在 {2} 不是。请移除重复的文件，或将它们作为列表打开。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>Files opened together must be of one kind, slices of a series or pictures of a stack; {0} are of several. Open one of them.</source>
        <translation>同时打开的文件须为同一类：一个序列的层面，或一组图片；{0} 属于多类。请打开其中一个。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>Fractions of at least one half were taken as inside.</source>
        <translation>不小于一半的占比按在内处理。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>Frames of segments that the file does not describe left out: {0}.</source>
        <translation>未采用文件没有描述的分段的帧：{0}。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>Frames that reach over the image&apos;s edge were cut there.</source>
        <translation>超出图像边缘的帧已在边缘处截断。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>It has no contours.</source>
        <translation>其中没有轮廓。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>It holds no voxel of the image.</source>
        <translation>其中没有图像的体素。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>It is outlined in planes of several directions; their masks were united.</source>
        <translation>它在多个方向的平面上勾画；各方向的掩膜已合并。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>It is outlined on every slice number {0} only; those between took the nearest.</source>
        <translation>它只在每第 {0} 个层面上勾画；其间的层面采用了最近的轮廓。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>Its contours&apos; planes are turned against the image&apos;s slices; each voxel took the nearest.</source>
        <translation>其轮廓平面与图像层面不平行；各体素采用了最近的轮廓。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>Label ids are 0 to 65535; {0} to {1} came. Renumber the labels.</source>
        <translation>标签编号应为 0 到 65535；实际为 {0} 到 {1}。请重新编号。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>Label ids are 0 to {0}; {1} holds {2} to {3}. It may be an image; choose the label map.</source>
        <translation>标签编号应为 0 到 {0}；{1} 含有 {2} 到 {3}。它可能是图像；请选择标签图。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>Left out: {0} of another size or kind, such as a thumbnail.</source>
        <translation>未采用：{0} 个大小或类型不同的，例如缩略图。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>Left out: {0} of another size or kind.</source>
        <translation>未采用：{0} 个大小或类型不同的。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>Listed in the DICOMDIR but missing: {0}.</source>
        <translation>DICOMDIR 中列出但缺失：{0}。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>None of its contours encloses a voxel of the image.</source>
        <translation>其轮廓没有包围图像的任何体素。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>One series can be open at a time; {0} holds {1}: {2}. Choose one.</source>
        <translation>一次只能打开一个序列；{0} 含有 {1}：{2}。请选择一个。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>Only DICOM slices and pictures can be opened together; {0} are whole images. Open one of them.</source>
        <translation>只有 DICOM 层面和图片可以一起打开；{0} 是完整的图像。请打开其中一个。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>Outlines must be drawn in the image&apos;s frame of reference; {0} of {1} {2} drawn in another. Choose the structure set of this image, or register the two images first.</source>
        <translation>轮廓须在图像的参考坐标系中勾画；{1} 的 {0} {2} 在另一坐标系中勾画。请选择该图像的结构集，或先将两个图像配准。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>Outlines must enclose voxels&apos; centres; those of {0} are all smaller than a voxel of the image or lie between its slices. Choose the structure set of this image.</source>
        <translation>轮廓须包围体素中心；{0} 的轮廓都小于图像的一个体素，或位于层面之间。请选择该图像的结构集。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>Outlines must lie in the image; all of {0} lie outside, the nearest {1} mm away. Choose the structure set of this image.</source>
        <translation>轮廓须位于图像之内；{0} 的全部轮廓都在图像之外，最近的相距 {1} mm。请选择该图像的结构集。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>Pixel values must fit into 32 bits; {0} to {1} came. Rescale the image first.</source>
        <translation>像素值须能以 32 位表示；实际为 {0} 到 {1}。请先重新缩放图像。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>Reading was stopped.</source>
        <translation>读取已停止。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>Slices must be stacked at right angles; {0} was scanned with a gantry tilt of {1} degrees{2}. It would be stretched, so resample it onto a straight grid first.</source>
        <translation>层面须垂直堆叠；{0} 扫描时机架倾斜 {1} 度{2}。直接打开会被拉伸，请先重采样到正交网格。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>Slices stored twice were taken once; left out: {0}.</source>
        <translation>重复存储的层面只取一次；未采用：{0}。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>The CT was saved as an 8-bit picture, so its values are grey levels and not HU.</source>
        <translation>该 CT 以 8 位图片保存，因此其数值为灰度而非 HU。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>The disk is full: {0} was not written. Free some space and save again.</source>
        <translation>磁盘已满：{0} 未写入。请腾出一些空间后再保存。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>The distance between voxels must be above zero; {0}&apos;s header says {1} mm. Correct the header first.</source>
        <translation>体素间距须大于零；{0} 的文件头为 {1} mm。请先更正文件头。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>The file has neither a qform nor an sform; its orientation is assumed.</source>
        <translation>该文件既无 qform 也无 sform；其方向为推定。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>The format follows the extension, {0}; {1} {2}. Choose one of these.</source>
        <translation>格式由扩展名决定：{0}；{1} {2}。请选择其中一种。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>The header of {0} holds values that cannot be understood. Export it again.</source>
        <translation>{0} 的文件头含有无法理解的数值。请重新导出。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>The names of a file and its folders must be UTF-8 for this format; those of {0} are not. Rename them.</source>
        <translation>此格式要求文件及其文件夹的名称为 UTF-8；{0} 的不是。请重命名。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>The picture is a Siemens mosaic: its slices are tiled side by side, as stored.</source>
        <translation>该图片是西门子拼图：各层面并排拼在一起，按存储原样显示。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>The pictures hold no position in the patient; they are stacked as they come.</source>
        <translation>这些图片没有患者体内的位置；按原有顺序堆叠。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>The pictures of a stack must have one size: {0} is {1}, but {2} is {3}. Open {4} alone, or take it out of the folder.</source>
        <translation>一组图片须大小相同：{0} 为 {1}，而 {2} 为 {3}。请单独打开 {4}，或将其移出文件夹。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>The pixels of {0} cannot be decoded (stored as {1}). The file may be damaged; copy it again, or export it without compression.</source>
        <translation>无法解码 {0} 的像素（存储格式为 {1}）。文件可能已损坏；请重新复制，或以不压缩方式导出。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>The position of voxels must be finite numbers; {0}&apos;s header holds others.</source>
        <translation>体素的位置须为有限数值；{0} 的文件头含有其他内容。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>The rows and columns of a slice must be at right angles; the orientation in {0} is {1}. Export the series again.</source>
        <translation>层面的行与列须互相垂直；{0} 中的方向为 {1}。请重新导出该序列。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>The slice thickness is not given; 1 mm is assumed.</source>
        <translation>没有给出层厚；按 1 mm 处理。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>The slices of a label map must have one size; {0} is {1} x {2}, but {3} is {4} x {5}.</source>
        <translation>标签图的各层面须大小相同；{0} 为 {1} x {2}，而 {3} 为 {4} x {5}。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>The slices of a series must be evenly spaced; those of {0} are {1} to {2} mm apart, first between {3}. Resample it onto an even grid first.</source>
        <translation>序列的层面须等间距；{0} 的间距为 {1} 到 {2} mm，首次出现在 {3} 之间。请先重采样到均匀网格。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>The slices of a series must be evenly spaced; {0} of {1} at {2} mm distance {3} missing, between {4} along the slice direction. Copy the whole series, or resample it.</source>
        <translation>序列的层面须等间距；{0}（共 {1} 个，间距 {2} mm）{3}缺失，位于层面方向的 {4} 之间。请复制整个序列，或进行重采样。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>The slices of a series must lie above one another; those of {0} are shifted sideways by up to {1} mm. Open a part of the series, or resample it first.</source>
        <translation>序列的层面须上下对齐；{0} 的层面侧向偏移最多 {1} mm。请打开序列的一部分，或先重采样。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>The voxel axes must be at right angles; {0} is sheared by {1} degrees. Resample it onto a straight grid first.</source>
        <translation>体素轴须互相垂直；{0} 剪切了 {1} 度。请先重采样到正交网格。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>There is no file or folder named {0}. Check the name and where it lies.</source>
        <translation>没有名为 {0} 的文件或文件夹。请检查名称和位置。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>Transparency was dropped.</source>
        <translation>透明度已去除。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>Values must fit into 32-bit floats; {0} holds values up to {1}. Rescale the image first.</source>
        <translation>数值须能以 32 位浮点表示；{0} 的数值最大为 {1}。请先重新缩放图像。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>White-is-zero pixels (MONOCHROME1) were inverted, so that higher is brighter.</source>
        <translation>零为白的像素（MONOCHROME1）已反转，使数值越高越亮。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>White-is-zero pixels were inverted, so that higher is brighter.</source>
        <translation>零为白的像素已反转，使数值越高越亮。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>Whole numbers must fit into 32 bits; {0} holds {1} to {2}. Rescale the image first.</source>
        <translation>整数须能以 32 位表示；{0} 含有 {1} 到 {2}。请先重新缩放图像。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>{0} could not be read as DICOM: {1}.</source>
        <translation>无法将 {0} 作为 DICOM 读取：{1}。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>{0} could not be written ({1}). Choose another place.</source>
        <translation>无法写入 {0}（{1}）。请选择其他位置。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>{0} could not be written. Choose another place or another format.</source>
        <translation>无法写入 {0}。请选择其他位置或其他格式。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>{0} does not fit into the free memory. Close other programs, or open a smaller copy.</source>
        <translation>可用内存放不下 {0}。请关闭其他程序，或打开较小的副本。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>{0} does not say where its voxels lie. Correct its header first.</source>
        <translation>{0} 没有说明其体素的位置。请先更正其文件头。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>{0} ends before its last pixel: the file is incomplete. Copy or export it again.</source>
        <translation>{0} 在最后一个像素之前就结束：文件不完整。请重新复制或导出。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>{0} has no time points to choose from; frame {1} was asked for.</source>
        <translation>{0} 没有可选的时间点；要求的是第 {1} 帧。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>{0} holds no picture. Export the series again.</source>
        <translation>{0} 中没有图片。请重新导出该序列。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>{0} holds values that cannot be understood; it may be damaged. Export it again.</source>
        <translation>{0} 含有无法理解的数值；可能已损坏。请重新导出。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>{0} holds {1} series, but none with the UID {2}. Choose one of those that info lists.</source>
        <translation>{0} 含有 {1} 个序列，但没有 UID 为 {2} 的。请从 info 列出的序列中选择。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>{0} holds {1}, counted from 0; {2} was asked for.</source>
        <translation>{0} 含有 {1}（从 0 计）；要求的是 {2}。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>{0} is a damaged TIFF and cannot be read. Copy or export it again.</source>
        <translation>{0} 是损坏的 TIFF，无法读取。请重新复制或导出。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>{0} is a packed archive. Unpack it, then open what is inside.</source>
        <translation>{0} 是压缩包。请先解压，再打开其中的内容。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>{0} is a video inside DICOM, which cannot be decoded here. Export the frames you need as pictures.</source>
        <translation>{0} 是 DICOM 中的视频，此处无法解码。请将所需的帧导出为图片。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>{0} is damaged or incomplete and cannot be read as DICOM. Copy or export it again.</source>
        <translation>{0} 已损坏或不完整，无法作为 DICOM 读取。请重新复制或导出。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>{0} is damaged or incomplete and cannot be read as a picture. Copy or export it again.</source>
        <translation>{0} 已损坏或不完整，无法作为图片读取。请重新复制或导出。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>{0} is damaged or incomplete and cannot be read. Copy or export it again.</source>
        <translation>{0} 已损坏或不完整，无法读取。请重新复制或导出。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>{0} is damaged or incomplete and cannot be read{1}. Copy or export it again.</source>
        <translation>{0} 已损坏或不完整，无法读取{1}。请重新复制或导出。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>{0} is damaged or incomplete: its JPEG pixels cannot be decoded. Export it again.</source>
        <translation>{0} 已损坏或不完整：无法解码其 JPEG 像素。请重新导出。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>{0} is empty (0 bytes). Copy or export it again.</source>
        <translation>{0} 为空（0 字节）。请重新复制或导出。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>{0} is larger than this disk allows. Choose a packed format, or another disk.</source>
        <translation>{0} 超过此磁盘允许的大小。请选择压缩格式，或其他磁盘。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>{0} is named like {1}, but its content is {2}. Check the name, or export the image again.</source>
        <translation>{0} 的名称像 {1}，但内容是 {2}。请检查名称，或重新导出图像。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>{0} is not a picture that can be read. Save it as PNG or TIFF.</source>
        <translation>{0} 不是可读取的图片。请存为 PNG 或 TIFF。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>{0} is {1}, not an image. Open the image series it belongs to.</source>
        <translation>{0} 是 {1}，不是图像。请打开其所属的图像序列。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>{0} left out that do not lie in one plane.</source>
        <translation>未采用 {0}：不在同一平面内。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>{0} may not be read by this user. Ask for the right to read it.</source>
        <translation>当前用户无权读取 {0}。请申请读取权限。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>{0} may not be written there by this user. Choose another folder.</source>
        <translation>当前用户无权在该处写入 {0}。请选择其他文件夹。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>{0} of fewer than three points left out.</source>
        <translation>未采用 {0}：少于三个点。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>{0} of the type {1} left out: it encloses no area.</source>
        <translation>未采用类型为 {1} 的 {0}：没有包围任何面积。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>{0} of {1} left out, because the image&apos;s slices are further apart.</source>
        <translation>未采用 {1} 的 {0}：图像层面的间距更大。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>{0} of {1} outside of the image left out.</source>
        <translation>未采用 {1} 中图像之外的 {0}。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>{0} other series left out: {1}.</source>
        <translation>未采用另外 {0} 个序列：{1}。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>{0} pictures were stacked in the order of their names.</source>
        <translation>{0} 张图片已按名称顺序堆叠。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>{0} read back in another place than its image: this format cannot hold its geometry. Choose another format.</source>
        <translation>{0} 读回后位置与其图像不同：此格式无法保存其几何信息。请选择其他格式。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>{0} read back with other values than were written. Save it again, elsewhere.</source>
        <translation>{0} 读回的数值与写入的不同。请保存到其他位置。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>{0} read back with the size {1} instead of {2}. Save it again.</source>
        <translation>{0} 读回的大小为 {1}，而非 {2}。请重新保存。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>{0} says it is {1} x {2}, but its pixels are {3} x {4}. Export it again.</source>
        <translation>{0} 标明为 {1} x {2}，但其像素为 {3} x {4}。请重新导出。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>{0} should be two numbers above zero but is not, so 1 mm a pixel is assumed.</source>
        <translation>{0} 应为两个大于零的数值，但不是，因此按每像素 1 mm 处理。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>{0} voxels are not finite numbers; they are shown black or white.</source>
        <translation>{0} 个体素不是有限数值；显示为黑色或白色。</translation>
    </message>
    <message>
        <location filename="../domain_words/files.py" line="10"/>
        <source>{0}-bit colour was scaled to 8 bit.</source>
        <translation>{0} 位彩色已缩放为 8 位。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>A closed engine does not start again; make a new one.</source>
        <translation>已关闭的引擎不能再次启动；请新建一个。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>A device is one of {0}; &quot;{1}&quot; came.</source>
        <translation>设备应为 {0} 之一；实际为“{1}”。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>A file of weights holds named tensors; {0} holds a {1}. Save a network&apos;s state dict.</source>
        <translation>权重文件含有命名张量；{0} 含有 {1}。请保存网络的 state dict。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>A file of weights holds named tensors; {0} holds none.</source>
        <translation>权重文件含有命名张量；{0} 中没有。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>A grey slice needs a window (level and width) to become a picture; none came.</source>
        <translation>灰度层面需要窗（窗位和窗宽）才能成为图片；未提供。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>A mask needs a model; none is loaded. Choose one under Model.</source>
        <translation>生成掩膜需要模型；尚未载入。请在“模型”菜单中选择。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>A mask needs an image; none is open. Open one first.</source>
        <translation>生成掩膜需要图像；尚未打开。请先打开图像。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>A point is on the object or off it; the pixel at {0},{1} is marked as both. Remove one of the two.</source>
        <translation>点要么在目标上，要么不在；{0},{1} 处的像素被同时标为两者。请移除其中一个。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>A point lies on the {0}×{1} picture; {2},{3} does not. Click on the object.</source>
        <translation>点须位于 {0}×{1} 的图像上；{2},{3} 不在。请单击目标。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>A previous mask holds numbers; some of them are none (NaN). Start without it.</source>
        <translation>已有掩膜应为数值；其中有些不是（NaN）。请不使用它。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>A previous mask is (rows, columns); {0} came.</source>
        <translation>已有掩膜应为 (行, 列)；实际为 {0}。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>A prompt needs a picture to point at; call set_image first.</source>
        <translation>提示需要对应的图片；请先调用 set_image。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>Adapting needs a folder for its work, and {0} cannot be written to ({1}). Free some space or allow writing there.</source>
        <translation>适配需要工作文件夹，而 {0} 无法写入（{1}）。请腾出一些空间，或允许写入。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>An architecture is one of {0}; &quot;{1}&quot; came.</source>
        <translation>架构应为 {0} 之一；实际为“{1}”。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>An image embedding holds finite numbers; {0} gave others on {1}. Its file may be damaged: fetch it again, or run on the CPU.</source>
        <translation>图像编码应为有限数值；{0} 在 {1} 上给出了其他结果。其文件可能已损坏：请重新获取，或在 CPU 上运行。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>An image of {0} MB needs as much shared memory or space in the temporary folder to reach the model; neither has room ({1}). Free some and open the image again.</source>
        <translation>{0} MB 的图像需要同样大小的共享内存或临时文件夹空间才能交给模型；两处都没有空间（{1}）。请腾出一些空间后重新打开图像。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>At most {0} points say what an object is; {1} came. Leave out those that lie close together, or draw a box.</source>
        <translation>最多用 {0} 个点说明目标；实际为 {1}。请去掉相距很近的点，或画一个框。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>Choose the file that belongs to this model.</source>
        <translation>请选择属于此模型的文件。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>Download it under Models, or with: python -m pretrain get {0}; or fetch {1} elsewhere and put the file into {2}.</source>
        <translation>请在“模型”中下载，或运行：python -m pretrain get {0}；也可从别处获取 {1}，并将文件放入 {2}。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>Encodes a slice once, then answers each prompt from that.</source>
        <translation>每个切片编码一次，之后每个提示据此作答。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>Images, masks and the present model are unchanged.</source>
        <translation>图像、掩膜和当前模型均未改动。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>It comes with the program: install the program again, or put the file into {0}.</source>
        <translation>它随程序附带：请重新安装程序，或将文件放入 {0}。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>Memory ran out while the model was computing. Close other programs or images, or choose a smaller model or the CPU.</source>
        <translation>模型计算时内存不足。请关闭其他程序或图像，或选择较小的模型或 CPU。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>Of another size {0}: {1}.</source>
        <translation>大小不同的 {0}：{1}。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>Or fetch {0} on another machine and put {1} into {2}.</source>
        <translation>或在另一台计算机上获取 {0}，并将 {1} 放入 {2}。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>Points off the object do not say where it is. Click on the object too, or draw a box.</source>
        <translation>目标之外的点不能说明目标在哪里。请再单击目标，或画一个框。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>Put the file into {0}.</source>
        <translation>请将文件放入 {0}。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>Reading the weights was stopped.</source>
        <translation>读取权重已停止。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>The adaptation was stopped.</source>
        <translation>适配已停止。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>The adapted model could not be put into {0} ({1}). Nothing is lost: save it elsewhere, or allow writing there and try again.</source>
        <translation>适配后的模型无法放入 {0}（{1}）。没有丢失任何内容：请保存到其他位置，或允许写入后重试。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>The card of {0} promises {1}, which its network was not built for. Export the weights again.</source>
        <translation>{0} 的模型卡承诺了 {1}，而其网络并非为此构建。请重新导出权重。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>The description inside {0} is not readable. Export the weights again.</source>
        <translation>无法读取 {0} 中的说明。请重新导出权重。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>The device {0} needs {1}, and none was found. Use --device auto or --device cpu, which works everywhere.</source>
        <translation>设备 {0} 需要 {1}，但没有找到。请使用 --device auto，或在任何机器上都可用的 --device cpu。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>The download was stopped.</source>
        <translation>下载已停止。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>The download was stopped; what arrived is kept.</source>
        <translation>下载已停止；已收到的部分会保留。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>The folder {0} cannot be written to ({1}). Name another in the environment variable MEDSAM_WEIGHTS, for instance {2}.</source>
        <translation>文件夹 {0} 无法写入（{1}）。请在环境变量 MEDSAM_WEIGHTS 中指定其他文件夹，例如 {2}。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>The image and the labels are safe.</source>
        <translation>图像和标签均完好。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>The image has no slice {0} along axis {1}.</source>
        <translation>该图像沿轴 {1} 没有层面 {0}。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>The list of models, {0}, cannot be read: {1}.</source>
        <translation>无法读取模型列表 {0}：{1}。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>The model stopped at an unexpected {0}. Try again; the file {1} in the log folder has the details.</source>
        <translation>模型因意外的 {0} 停止。请重试；详情见日志文件夹中的文件 {1}。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>The model {0} in {1} is not described rightly: {2}.</source>
        <translation>{1} 中的模型 {0} 描述有误：{2}。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>The model {0} in {1} names an unknown architecture or preprocessing: {2}, {3}.</source>
        <translation>{1} 中的模型 {0} 使用了未知的架构或预处理：{2}，{3}。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>The model&apos;s process cannot start: {0}: {1}. Install the program&apos;s requirements again; python -m medsam doctor says which.</source>
        <translation>模型进程无法启动：{0}：{1}。请重新安装程序所需的依赖；运行 python -m medsam doctor 可查看缺少哪些。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>The model&apos;s process could not find the image in shared memory. Open the image again.</source>
        <translation>模型进程在共享内存中找不到图像。请重新打开图像。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>The model&apos;s process ended unexpectedly ({0}).</source>
        <translation>模型进程意外结束（{0}）。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>The model&apos;s process was ended by the system, most likely because it was out of memory.</source>
        <translation>模型进程被系统终止，很可能是因为内存不足。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>The previous mask has no pixel to start from. Click on the object, or draw a box.</source>
        <translation>已有掩膜没有可作为起点的像素。请单击目标，或画一个框。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>There is no file of weights {0} at the place given. Check the path.</source>
        <translation>所给位置没有权重文件 {0}。请检查路径。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>There is no model &quot;{0}&quot;. Known models: {1}; or give the path of a file of weights.</source>
        <translation>没有模型“{0}”。已知模型：{1}；也可给出权重文件的路径。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>Weights are finite numbers; {0} holds others in {1}. Fetch or train it again.</source>
        <translation>权重应为有限数值；{0} 在 {1} 中含有其他内容。请重新获取或训练。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>{0} asks for a preprocessing this program does not know: {1}.</source>
        <translation>{0} 要求本程序未知的预处理：{1}。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>{0} cannot be downloaded: its file {1} comes with the program. Install the program again.</source>
        <translation>{0} 无法下载：其文件 {1} 随程序附带。请重新安装程序。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>{0} does not fit a {1}: this file is a {2}. Choose a model of the architecture {3} for it.</source>
        <translation>{0} 与 {1} 不符：该文件是 {2}。请为其选择架构为 {3} 的模型。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>{0} does not fit {1}, which has {2} entries.</source>
        <translation>{0} 与 {1} 不符，后者有 {2} 项。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>{0} holds more than tensors, and this program does not run code from files. Save its state dict alone, with torch.save(network.state_dict(), ...), and open that.</source>
        <translation>{0} 不只含有张量，而本程序不运行文件中的代码。请用 torch.save(network.state_dict(), ...) 单独保存其 state dict，然后打开。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>{0} holds {1} entries of no network this program knows ({2} ...). It takes {3} and zoom networks.</source>
        <translation>{0} 含有 {1} 项不属于本程序所知网络的内容（{2} ...）。支持 {3} 和 zoom 网络。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>{0} is not a whole file of weights ({1}): perhaps its download stopped half-way. Fetch it again.</source>
        <translation>{0} 不是完整的权重文件（{1}）：可能下载中途停止。请重新获取。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>{0} is not a whole file of weights. Copy or export it again.</source>
        <translation>{0} 不是完整的权重文件。请重新复制或导出。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>{0} is not the published file of {1} (its SHA-256 begins {2}, not {3}). Fetch it again, or open weights of your own by their path.</source>
        <translation>{0} 不是公开发布的 {1} 文件（其 SHA-256 以 {2} 开头，而非 {3}）。请重新获取，或以路径打开您自己的权重。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>{0} is {1}, not a file of weights. Fetch it again.</source>
        <translation>{0} 是 {1}，不是权重文件。请重新获取。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>{0} needs a box around the object; none came.</source>
        <translation>{0} 需要围绕目标的框；未提供。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>{0} needs{1} more room on the disk of {2}. Free some and try again; what arrived is kept.</source>
        <translation>{0}{1} 还需要磁盘 {2} 上的更多空间。请腾出一些后重试；已收到的部分会保留。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>{0} takes {1}; {2} came. Use what it takes, or choose a model that takes this.</source>
        <translation>{0} 支持 {1}；实际为 {2}。请使用其支持的提示，或选择支持该提示的模型。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>The graphics card does not work with this PyTorch; {0} computes on the CPU.</source>
        <translation>显卡与此版本的 PyTorch 不兼容；{0} 改在 CPU 上计算。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>The graphics card has too little memory for {0}, which computes on the CPU.</source>
        <translation>显卡显存不足以运行 {0}，改在 CPU 上计算。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>The graphics card has too little memory for {0}; it computes on the CPU from now on. Nothing was lost. Close other programs that use the card, then load the model again.</source>
        <translation>显卡显存不足以运行 {0}；从现在起它在 CPU 上计算。没有丢失任何内容。请关闭其他占用显卡的程序，然后重新加载模型。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>The model&apos;s process ended because the graphics card or its driver failed.</source>
        <translation>模型进程已结束，因为显卡或其驱动程序出现故障。</translation>
    </message>
    <message>
        <location filename="../domain_words/models.py" line="10"/>
        <source>{0} needs numbers larger than this graphics card&apos;s quick format holds; it computes exactly from now on, which takes longer.</source>
        <translation>{0} 所需的数值超出了此显卡快速格式的范围；从现在起改用精确计算，耗时会更长。</translation>
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
        <location filename="../controllers/files.py" line="124"/>
        <source>Open an image or scan</source>
        <translation>打开图像或影像序列</translation>
    </message>
    <message>
        <location filename="../controllers/files.py" line="132"/>
        <source>Open a folder of DICOM files or pictures</source>
        <translation>打开 DICOM 文件或图片所在的文件夹</translation>
    </message>
    <message>
        <location filename="../controllers/files.py" line="193"/>
        <source>Only files and folders of this machine can be dropped here.</source>
        <translation>只能拖入本机的文件和文件夹。</translation>
    </message>
    <message>
        <location filename="../controllers/files.py" line="217"/>
        <source>Nothing opened yet</source>
        <translation>暂无记录</translation>
    </message>
    <message>
        <location filename="../controllers/files.py" line="220"/>
        <source>Forget these</source>
        <translation>清除记录</translation>
    </message>
    <message>
        <location filename="../controllers/files.py" line="232"/>
        <source>{0}. Licence: {1}</source>
        <translation>{0}。许可：{1}</translation>
    </message>
    <message>
        <location filename="../controllers/files.py" line="248"/>
        <source>Opening {0}</source>
        <translation>正在打开 {0}</translation>
    </message>
    <message>
        <location filename="../controllers/files.py" line="334"/>
        <source>{0} files</source>
        <translation>{0} 个文件</translation>
    </message>
    <message>
        <location filename="../controllers/files.py" line="256"/>
        <source>load mask</source>
        <translation>载入掩膜</translation>
    </message>
    <message>
        <location filename="../controllers/files.py" line="154"/>
        <source>{0} keeps the work on {1}. Open that image, wherever it is, and the work is there.</source>
        <translation>{0} 保存的是 {1} 上的工作。打开该图像（无论在何处），即可看到这些工作。</translation>
    </message>
    <message>
        <location filename="../controllers/files.py" line="159"/>
        <source>{0} is not a case file of MedSAM, or its beginning is damaged.</source>
        <translation>{0} 不是 MedSAM 的病例文件，或其开头已损坏。</translation>
    </message>
</context>
<context>
    <name>FillController</name>
    <message>
        <location filename="../controllers/shapes.py" line="252"/>
        <source>The labels changed meanwhile; click again to fill.</source>
        <translation>标签在此期间有变化；请再次单击以填充。</translation>
    </message>
    <message>
        <location filename="../controllers/shapes.py" line="284"/>
        <source>erase region</source>
        <translation>擦除区域</translation>
    </message>
    <message>
        <location filename="../controllers/shapes.py" line="284"/>
        <source>fill</source>
        <translation>填充</translation>
    </message>
    <message>
        <location filename="../controllers/shapes.py" line="294"/>
        <source>The rule allows none of these voxels to be changed.</source>
        <translation>按当前规则，这些体素都不能更改。</translation>
    </message>
    <message>
        <location filename="../controllers/shapes.py" line="300"/>
        <source>There is no label here to erase.</source>
        <translation>此处没有可擦除的标签。</translation>
    </message>
    <message>
        <location filename="../controllers/shapes.py" line="302"/>
        <source>This region is &quot;{0}&quot; already.</source>
        <translation>此区域已经是“{0}”。</translation>
    </message>
    <message>
        <location filename="../controllers/shapes.py" line="304"/>
        <source>This is no hole: the background here reaches the edge of the image. Close its outline first.</source>
        <translation>这不是孔洞：此处的背景延伸到图像边缘。请先闭合其轮廓。</translation>
    </message>
    <message>
        <location filename="../controllers/shapes.py" line="309"/>
        <source>&quot;{0}&quot; is locked; unlock it to give its region another label.</source>
        <translation>“{0}”已锁定；请先解锁，再将其区域改为其他标签。</translation>
    </message>
</context>
<context>
    <name>FillOptions</name>
    <message>
        <location filename="../panels/options_shapes.py" line="184"/>
        <source>I&amp;n</source>
        <translation>范围(&amp;N)</translation>
    </message>
    <message>
        <location filename="../panels/options_shapes.py" line="185"/>
        <source>Click a hole to fill it, or a region of another label to take it.  Ctrl: erase the region.</source>
        <translation>单击孔洞可填充，单击其他标签的区域可改为当前标签。Ctrl：擦除该区域。</translation>
    </message>
</context>
<context>
    <name>Floating</name>
    <message>
        <location filename="../panels/floating.py" line="239"/>
        <source>Show the messages</source>
        <translation>显示消息</translation>
    </message>
    <message>
        <location filename="../panels/floating.py" line="239"/>
        <source>Fold the messages</source>
        <translation>收起消息</translation>
    </message>
</context>
<context>
    <name>GeneralPage</name>
    <message>
        <location filename="../panels/preferences.py" line="128"/>
        <source>The system&apos;s</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <location filename="../panels/preferences.py" line="125"/>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <location filename="../panels/preferences.py" line="129"/>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <location filename="../panels/preferences.py" line="130"/>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <location filename="../panels/preferences.py" line="132"/>
        <source>Colours</source>
        <translation>配色</translation>
    </message>
    <message>
        <location filename="../panels/preferences.py" line="136"/>
        <source>Size of letters</source>
        <translation>文字大小</translation>
    </message>
    <message>
        <location filename="../panels/preferences.py" line="139"/>
        <source>&amp;Language:</source>
        <translation>语言(&amp;L)：</translation>
    </message>
    <message>
        <location filename="../panels/preferences.py" line="140"/>
        <source>&amp;Colours:</source>
        <translation>配色(&amp;C)：</translation>
    </message>
    <message>
        <location filename="../panels/preferences.py" line="141"/>
        <source>&amp;Size of letters:</source>
        <translation>文字大小(&amp;S)：</translation>
    </message>
    <message>
        <location filename="../panels/preferences.py" line="145"/>
        <source>A box or a point that was set</source>
        <translation>设置框或点之后</translation>
    </message>
    <message>
        <location filename="../panels/preferences.py" line="145"/>
        <source>&amp;paints its mask at once</source>
        <translation>立即画入掩膜(&amp;P)</translation>
    </message>
    <message>
        <location filename="../panels/preferences.py" line="145"/>
        <source>shows a pre&amp;view first: Enter accepts it, Esc rejects it</source>
        <translation>先显示预览：回车接受，Esc 拒绝(&amp;V)</translation>
    </message>
    <message>
        <location filename="../panels/preferences.py" line="154"/>
        <source>Unfinished work is kept</source>
        <translation>未完成的工作保存在</translation>
    </message>
    <message>
        <location filename="../panels/preferences.py" line="154"/>
        <source>in the program&apos;s o&amp;wn folder</source>
        <translation>程序自己的文件夹中(&amp;W)</translation>
    </message>
    <message>
        <location filename="../panels/preferences.py" line="154"/>
        <source>&amp;beside the image, so that it moves along with it</source>
        <translation>图像旁边，随图像一起移动(&amp;B)</translation>
    </message>
</context>
<context>
    <name>Help</name>
    <message>
        <location filename="../panels/help.py" line="34"/>
        <source>Segmentation of medical images from boxes.</source>
        <translation>以框为提示的医学图像分割。</translation>
    </message>
    <message>
        <location filename="../panels/help.py" line="35"/>
        <source>Research use. Not a medical device.</source>
        <translation>仅供研究使用，不是医疗器械。</translation>
    </message>
    <message>
        <location filename="../panels/help.py" line="36"/>
        <source>Apache-2.0. PyQt5 is GPL-3.0, so a bundle with it is GPL-3.0 as well.</source>
        <translation>本程序采用 Apache-2.0。PyQt5 为 GPL-3.0，因此与其打包分发时整体为 GPL-3.0。</translation>
    </message>
</context>
<context>
    <name>HelpController</name>
    <message>
        <location filename="../controllers/help.py" line="28"/>
        <source>About MedSAM</source>
        <translation>关于 MedSAM</translation>
    </message>
</context>
<context>
    <name>HistoryModel</name>
    <message>
        <location filename="../panels/history_model.py" line="101"/>
        <source>As it was opened</source>
        <translation>打开时的状态</translation>
    </message>
    <message>
        <location filename="../panels/history_model.py" line="132"/>
        <source>present state</source>
        <translation>当前状态</translation>
    </message>
    <message>
        <location filename="../panels/history_model.py" line="134"/>
        <source>undone</source>
        <translation>已撤销</translation>
    </message>
</context>
<context>
    <name>HistoryPanel</name>
    <message>
        <location filename="../panels/history.py" line="174"/>
        <source>Find steps by words or label</source>
        <translation>按文字或标签查找步骤</translation>
    </message>
    <message>
        <location filename="../panels/history.py" line="180"/>
        <source>Steps</source>
        <translation>步骤</translation>
    </message>
    <message>
        <location filename="../panels/history.py" line="243"/>
        <source>{0} of {1} steps</source>
        <translation>{0} / {1} 步</translation>
    </message>
    <message>
        <location filename="../panels/history.py" line="245"/>
        <source>{0} steps</source>
        <translation>{0} 步</translation>
    </message>
</context>
<context>
    <name>Keymap</name>
    <message>
        <location filename="../key_profiles.py" line="102"/>
        <source>Research</source>
        <translation>科研</translation>
    </message>
    <message>
        <location filename="../key_profiles.py" line="103"/>
        <source>PACS (radiology)</source>
        <translation>PACS（放射科）</translation>
    </message>
    <message>
        <location filename="../keymap.py" line="122"/>
        <source>A key profile is one of: {0}. It is {1}.</source>
        <translation>按键方案应为以下之一：{0}。实际为 {1}。</translation>
    </message>
    <message>
        <location filename="../keymap.py" line="141"/>
        <source>This is not a key that the program can use. Press another one.</source>
        <translation>程序无法使用此按键。请按其他按键。</translation>
    </message>
    <message>
        <location filename="../keymap.py" line="145"/>
        <source>{0} belongs to another command. Take it over first.</source>
        <translation>{0} 已分配给其他命令。请先接管。</translation>
    </message>
    <message>
        <location filename="../keymap.py" line="180"/>
        <source>{0} could not be written: {1}. Choose another folder.</source>
        <translation>无法写入 {0}：{1}。请选择其他文件夹。</translation>
    </message>
    <message>
        <location filename="../keymap.py" line="199"/>
        <source>{0} holds no keys of this program ({1}). Export one to see how it looks.</source>
        <translation>{0} 中没有本程序的按键（{1}）。可先导出一份查看其格式。</translation>
    </message>
    <message>
        <location filename="../keymap.py" line="247"/>
        <source>{0} could not be read: {1}. Choose another file.</source>
        <translation>无法读取 {0}：{1}。请选择其他文件。</translation>
    </message>
    <message>
        <location filename="../keymap.py" line="252"/>
        <source>{0} is not a file of keys. Choose one that was exported from here.</source>
        <translation>{0} 不是按键文件。请选择从此处导出的文件。</translation>
    </message>
    <message>
        <location filename="../keymap.py" line="255"/>
        <source>{0} comes from a newer version of the program. Update the program.</source>
        <translation>{0} 来自较新版本的程序。请更新程序。</translation>
    </message>
</context>
<context>
    <name>KeysPage</name>
    <message>
        <location filename="../panels/preferences_keys.py" line="80"/>
        <source>Key profile</source>
        <translation>按键方案</translation>
    </message>
    <message>
        <location filename="../panels/preferences_keys.py" line="85"/>
        <source>Search for a command or a key</source>
        <translation>查找命令或按键</translation>
    </message>
    <message>
        <location filename="../panels/preferences_keys.py" line="86"/>
        <source>Search</source>
        <translation>查找</translation>
    </message>
    <message>
        <location filename="../panels/preferences_keys.py" line="87"/>
        <source>Command</source>
        <translation>命令</translation>
    </message>
    <message>
        <location filename="../panels/preferences_keys.py" line="87"/>
        <source>Menu</source>
        <translation>菜单</translation>
    </message>
    <message>
        <location filename="../panels/preferences_keys.py" line="87"/>
        <source>Keys</source>
        <translation>按键</translation>
    </message>
    <message>
        <location filename="../panels/preferences_keys.py" line="88"/>
        <source>Commands and their keys</source>
        <translation>命令及其按键</translation>
    </message>
    <message>
        <location filename="../panels/preferences_keys.py" line="91"/>
        <source>Choose a command, then change its key</source>
        <translation>选择一个命令，然后更改其按键</translation>
    </message>
    <message>
        <location filename="../panels/preferences_keys.py" line="92"/>
        <source>New key</source>
        <translation>新按键</translation>
    </message>
    <message>
        <location filename="../panels/preferences_keys.py" line="97"/>
        <source>Take it &amp;over</source>
        <translation>接管(&amp;O)</translation>
    </message>
    <message>
        <location filename="../panels/preferences_keys.py" line="98"/>
        <source>&amp;Change key…</source>
        <translation>更改按键(&amp;C)…</translation>
    </message>
    <message>
        <location filename="../panels/preferences_keys.py" line="218"/>
        <source>Press a key that replaces the ones of this command</source>
        <translation>按下新的按键，取代该命令原有的按键</translation>
    </message>
    <message>
        <location filename="../panels/preferences_keys.py" line="100"/>
        <source>&amp;Add a key…</source>
        <translation>添加按键(&amp;A)…</translation>
    </message>
    <message>
        <location filename="../panels/preferences_keys.py" line="219"/>
        <source>Press a further key for this command</source>
        <translation>为该命令再添加一个按键</translation>
    </message>
    <message>
        <location filename="../panels/preferences_keys.py" line="102"/>
        <source>Remo&amp;ve keys</source>
        <translation>移除按键(&amp;V)</translation>
    </message>
    <message>
        <location filename="../panels/preferences_keys.py" line="103"/>
        <source>&amp;Reset</source>
        <translation>重置(&amp;R)</translation>
    </message>
    <message>
        <location filename="../panels/preferences_keys.py" line="104"/>
        <source>Reset a&amp;ll</source>
        <translation>全部重置(&amp;L)</translation>
    </message>
    <message>
        <location filename="../panels/preferences_keys.py" line="105"/>
        <source>&amp;Import…</source>
        <translation>导入(&amp;I)…</translation>
    </message>
    <message>
        <location filename="../panels/preferences_keys.py" line="106"/>
        <source>Read keys that were exported before</source>
        <translation>读取此前导出的按键</translation>
    </message>
    <message>
        <location filename="../panels/preferences_keys.py" line="107"/>
        <source>&amp;Export…</source>
        <translation>导出(&amp;E)…</translation>
    </message>
    <message>
        <location filename="../panels/preferences_keys.py" line="108"/>
        <source>Save the profile and your changes to a file</source>
        <translation>将方案和您的更改保存到文件</translation>
    </message>
    <message>
        <location filename="../panels/preferences_keys.py" line="112"/>
        <source>&amp;Profile:</source>
        <translation>方案(&amp;P)：</translation>
    </message>
    <message>
        <location filename="../panels/preferences_keys.py" line="113"/>
        <source>&amp;Search:</source>
        <translation>查找(&amp;S)：</translation>
    </message>
    <message>
        <location filename="../panels/preferences_keys.py" line="183"/>
        <source>Changed; in the profile: {0}</source>
        <translation>已更改；方案中为：{0}</translation>
    </message>
    <message>
        <location filename="../panels/preferences_keys.py" line="208"/>
        <source>Choose a command first.</source>
        <translation>请先选择一个命令。</translation>
    </message>
    <message>
        <location filename="../panels/preferences_keys.py" line="209"/>
        <source>This command has no key.</source>
        <translation>该命令没有按键。</translation>
    </message>
    <message>
        <location filename="../panels/preferences_keys.py" line="212"/>
        <source>The profile&apos;s keys for this command are unchanged.</source>
        <translation>该命令的按键与方案一致，没有更改。</translation>
    </message>
    <message>
        <location filename="../panels/preferences_keys.py" line="215"/>
        <source>No key of this profile was changed.</source>
        <translation>此方案的按键都没有更改。</translation>
    </message>
    <message>
        <location filename="../panels/preferences_keys.py" line="220"/>
        <source>Leave this command without a key</source>
        <translation>使该命令没有按键</translation>
    </message>
    <message>
        <location filename="../panels/preferences_keys.py" line="221"/>
        <source>Give this command the profile&apos;s keys again</source>
        <translation>恢复该命令在方案中的按键</translation>
    </message>
    <message>
        <location filename="../panels/preferences_keys.py" line="222"/>
        <source>Forget every change in this profile</source>
        <translation>放弃此方案中的所有更改</translation>
    </message>
    <message>
        <location filename="../panels/preferences_keys.py" line="235"/>
        <source>Press the key for “{0}”; Esc stops</source>
        <translation>请为“{0}”按下按键；Esc 停止</translation>
    </message>
    <message>
        <location filename="../panels/preferences_keys.py" line="247"/>
        <source>{0} belongs to “{1}”.</source>
        <translation>{0} 已分配给“{1}”。</translation>
    </message>
    <message>
        <location filename="../panels/preferences_keys.py" line="273"/>
        <source>Import keys</source>
        <translation>导入按键</translation>
    </message>
    <message>
        <location filename="../panels/preferences_keys.py" line="284"/>
        <source>The keys of {0} are in use.</source>
        <translation>已启用 {0} 中的按键。</translation>
    </message>
    <message>
        <location filename="../panels/preferences_keys.py" line="286"/>
        <source>Commands that this version does not have: {0}.</source>
        <translation>此版本没有的命令：{0}。</translation>
    </message>
    <message>
        <location filename="../panels/preferences_keys.py" line="290"/>
        <source>Export keys</source>
        <translation>导出按键</translation>
    </message>
    <message>
        <location filename="../panels/preferences_keys.py" line="304"/>
        <source>Saved: {0}</source>
        <translation>已保存：{0}</translation>
    </message>
    <message>
        <location filename="../panels/preferences_keys.py" line="307"/>
        <source>Files of keys</source>
        <translation>按键文件</translation>
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
        <location filename="../panels/label_model.py" line="88"/>
        <source>Shown</source>
        <translation>显示</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="88"/>
        <source>Colour</source>
        <translation>颜色</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="88"/>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="88"/>
        <source>Locked</source>
        <translation>锁定</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="131"/>
        <source>rename label</source>
        <translation>重命名标签</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="190"/>
        <source>delete label</source>
        <translation>删除标签</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="290"/>
        <source>Click to hide</source>
        <translation>单击隐藏</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="290"/>
        <source>Click to show</source>
        <translation>单击显示</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="293"/>
        <source>Double-click to choose another colour</source>
        <translation>双击选择其他颜色</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="298"/>
        <source>Locked: nothing changes its voxels. Click to unlock</source>
        <translation>已锁定：其体素不会被更改。单击解锁</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="299"/>
        <source>Click to lock: no tool and no network may change its voxels</source>
        <translation>单击锁定：任何工具和网络都不能更改其体素</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="302"/>
        <source>{0} (value {1}). Double-click to rename</source>
        <translation>{0}（值 {1}）。双击重命名</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="306"/>
        <source>shown</source>
        <translation>已显示</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="306"/>
        <source>hidden</source>
        <translation>已隐藏</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="308"/>
        <source>locked</source>
        <translation>已锁定</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="308"/>
        <source>not locked</source>
        <translation>未锁定</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="88"/>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="190"/>
        <source>delete labels</source>
        <translation>删除标签</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="195"/>
        <source>merge labels</source>
        <translation>合并标签</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="202"/>
        <source>move label</source>
        <translation>移动标签</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="209"/>
        <source>show all labels</source>
        <translation>显示所有标签</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="210"/>
        <source>hide other labels</source>
        <translation>隐藏其他标签</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="217"/>
        <source>unlock all labels</source>
        <translation>解锁所有标签</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="218"/>
        <source>lock other labels</source>
        <translation>锁定其他标签</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="222"/>
        <source>colour-blind-safe colours</source>
        <translation>色盲友好配色</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="229"/>
        <source>load labels</source>
        <translation>载入标签</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="314"/>
        <source>key {0}</source>
        <translation>按键 {0}</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="158"/>
        <source>label opacity</source>
        <translation>标签不透明度</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="294"/>
        <source>Key {0} chooses this label</source>
        <translation>按键 {0} 选择此标签</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="177"/>
        <source>new label &quot;{0}&quot;</source>
        <translation>新建标签“{0}”</translation>
    </message>
</context>
<context>
    <name>LabelPanel</name>
    <message>
        <location filename="../panels/labels.py" line="63"/>
        <source>Labels</source>
        <translation>标签</translation>
    </message>
    <message>
        <location filename="../panels/labels.py" line="111"/>
        <source>&amp;Opacity</source>
        <translation>不透明度(&amp;O)</translation>
    </message>
    <message>
        <location filename="../panels/labels.py" line="258"/>
        <source>hide label</source>
        <translation>隐藏标签</translation>
    </message>
    <message>
        <location filename="../panels/labels.py" line="258"/>
        <source>show label</source>
        <translation>显示标签</translation>
    </message>
    <message>
        <location filename="../panels/labels.py" line="261"/>
        <source>unlock label</source>
        <translation>解锁标签</translation>
    </message>
    <message>
        <location filename="../panels/labels.py" line="261"/>
        <source>lock label</source>
        <translation>锁定标签</translation>
    </message>
    <message>
        <location filename="../panels/labels.py" line="232"/>
        <source>Colour of &quot;{0}&quot;</source>
        <translation>“{0}”的颜色</translation>
    </message>
    <message>
        <location filename="../panels/labels.py" line="236"/>
        <source>recolour label</source>
        <translation>更改标签颜色</translation>
    </message>
    <message>
        <location filename="../panels/labels.py" line="288"/>
        <source>label opacity</source>
        <translation>标签不透明度</translation>
    </message>
    <message>
        <location filename="../panels/labels.py" line="59"/>
        <source>Find a label</source>
        <translation>查找标签</translation>
    </message>
    <message>
        <location filename="../panels/labels.py" line="98"/>
        <source>Opacity of the chosen labels</source>
        <translation>所选标签的不透明度</translation>
    </message>
    <message>
        <location filename="../panels/labels.py" line="162"/>
        <source>All labels</source>
        <translation>所有标签</translation>
    </message>
    <message>
        <location filename="../panels/labels.py" line="166"/>
        <source>This opacity</source>
        <translation>采用此不透明度</translation>
    </message>
    <message>
        <location filename="../panels/labels.py" line="216"/>
        <source>draw as {0}</source>
        <translation>显示为{0}</translation>
    </message>
    <message>
        <location filename="../panels/labels.py" line="326"/>
        <source>Drawn as: {0}</source>
        <translation>显示方式：{0}</translation>
    </message>
</context>
<context>
    <name>LabelSetDialog</name>
    <message>
        <location filename="../panels/label_set_dialog.py" line="29"/>
        <source>Load label set</source>
        <translation>载入标签集</translation>
    </message>
    <message>
        <location filename="../panels/label_set_dialog.py" line="31"/>
        <source>{0} holds {1} labels.</source>
        <translation>{0} 含有 {1} 个标签。</translation>
    </message>
    <message>
        <location filename="../panels/label_set_dialog.py" line="33"/>
        <source>Match them by &amp;number</source>
        <translation>按编号对应(&amp;N)</translation>
    </message>
    <message>
        <location filename="../panels/label_set_dialog.py" line="34"/>
        <source>Match them by na&amp;me</source>
        <translation>按名称对应(&amp;M)</translation>
    </message>
    <message>
        <location filename="../panels/label_set_dialog.py" line="38"/>
        <source>The labels in this file have no numbers.</source>
        <translation>该文件中的标签没有编号。</translation>
    </message>
    <message>
        <location filename="../panels/label_set_dialog.py" line="40"/>
        <source>&amp;Remove unused labels that the file lacks</source>
        <translation>移除文件中没有且未使用的标签(&amp;R)</translation>
    </message>
    <message>
        <location filename="../panels/label_set_dialog.py" line="46"/>
        <source>&amp;Load</source>
        <translation>载入(&amp;L)</translation>
    </message>
    <message>
        <location filename="../panels/label_set_dialog.py" line="72"/>
        <source>{0} of them are here already and take name and colour from the file; {1} are added. No voxel changes, and undo brings the old names back.</source>
        <translation>其中 {0} 个已存在，将采用文件中的名称和颜色；新增 {1} 个。体素不会改变，撤销即可恢复原名称。</translation>
    </message>
</context>
<context>
    <name>Labels</name>
    <message>
        <location filename="../panels/label_words.py" line="29"/>
        <source>Area and outline</source>
        <translation>区域加轮廓</translation>
    </message>
    <message>
        <location filename="../panels/label_words.py" line="30"/>
        <source>Area</source>
        <translation>区域</translation>
    </message>
    <message>
        <location filename="../panels/label_words.py" line="31"/>
        <source>Outline</source>
        <translation>轮廓</translation>
    </message>
    <message>
        <location filename="../panels/label_words.py" line="46"/>
        <source>{0} pixels</source>
        <translation>{0} 像素</translation>
    </message>
    <message>
        <location filename="../panels/label_words.py" line="48"/>
        <source>{0} voxels</source>
        <translation>{0} 体素</translation>
    </message>
</context>
<context>
    <name>LabelsController</name>
    <message>
        <location filename="../controllers/labels.py" line="63"/>
        <source>More commands for labels</source>
        <translation>更多标签命令</translation>
    </message>
    <message>
        <location filename="../controllers/labels.py" line="122"/>
        <source>There is no label {0} in the list.</source>
        <translation>列表中没有标签 {0}。</translation>
    </message>
    <message>
        <location filename="../controllers/labels.py" line="125"/>
        <source>Label: {0}</source>
        <translation>标签：{0}</translation>
    </message>
    <message>
        <location filename="../controllers/labels.py" line="131"/>
        <source>hide label</source>
        <translation>隐藏标签</translation>
    </message>
    <message>
        <location filename="../controllers/labels.py" line="131"/>
        <source>show label</source>
        <translation>显示标签</translation>
    </message>
    <message>
        <location filename="../controllers/labels.py" line="257"/>
        <source>There is no label under the mouse.</source>
        <translation>鼠标下没有标签。</translation>
    </message>
    <message>
        <location filename="../controllers/labels.py" line="150"/>
        <source>{0} has no voxels yet.</source>
        <translation>{0} 还没有体素。</translation>
    </message>
    <message>
        <location filename="../controllers/labels.py" line="173"/>
        <source>Load label set</source>
        <translation>载入标签集</translation>
    </message>
    <message>
        <location filename="../controllers/labels.py" line="192"/>
        <source>{0} labels taken from {1}</source>
        <translation>已从 {1} 载入 {0} 个标签</translation>
    </message>
    <message>
        <location filename="../controllers/labels.py" line="196"/>
        <source>Label set</source>
        <translation>标签集</translation>
    </message>
    <message>
        <location filename="../controllers/labels.py" line="196"/>
        <source>ITK-SNAP label descriptions</source>
        <translation>ITK-SNAP 标签描述文件</translation>
    </message>
    <message>
        <location filename="../controllers/labels.py" line="196"/>
        <source>3D Slicer colour table</source>
        <translation>3D Slicer 颜色表</translation>
    </message>
    <message>
        <location filename="../controllers/labels.py" line="203"/>
        <source>Save label set</source>
        <translation>保存标签集</translation>
    </message>
    <message>
        <location filename="../controllers/labels.py" line="221"/>
        <source>Label set saved: {0}</source>
        <translation>标签集已保存：{0}</translation>
    </message>
    <message>
        <location filename="../controllers/labels.py" line="298"/>
        <source>There are no limits now.</source>
        <translation>现在没有限制。</translation>
    </message>
    <message>
        <location filename="../controllers/labels.py" line="315"/>
        <source>Open an image first.</source>
        <translation>请先打开图像。</translation>
    </message>
    <message>
        <location filename="../controllers/labels.py" line="322"/>
        <source>Choose two or more rows of the list first.</source>
        <translation>请先在列表中选择两行或更多。</translation>
    </message>
    <message>
        <location filename="../controllers/labels.py" line="322"/>
        <source>An annotation keeps at least one label.</source>
        <translation>标注至少要有一个标签。</translation>
    </message>
    <message>
        <location filename="../controllers/labels.py" line="333"/>
        <source>Unlock &quot;{0}&quot; first.</source>
        <translation>请先解锁“{0}”。</translation>
    </message>
    <message>
        <location filename="../controllers/labels.py" line="341"/>
        <source>Unlock</source>
        <translation>解锁</translation>
    </message>
    <message>
        <location filename="../controllers/labels.py" line="345"/>
        <source>unlock label</source>
        <translation>解锁标签</translation>
    </message>
    <message>
        <location filename="../controllers/labels.py" line="164"/>
        <source>{0} labels are now {1}.</source>
        <translation>{0} 个标签变为 {1} 个。</translation>
    </message>
    <message>
        <location filename="../controllers/labels.py" line="228"/>
        <source>New images begin with these {0} labels.</source>
        <translation>新图像将采用这 {0} 个标签。</translation>
    </message>
    <message>
        <location filename="../controllers/labels.py" line="236"/>
        <source>New images begin with one label again.</source>
        <translation>新图像恢复为一个标签。</translation>
    </message>
    <message>
        <location filename="../controllers/labels.py" line="318"/>
        <source>They do so already.</source>
        <translation>已经如此设置。</translation>
    </message>
    <message>
        <location filename="../controllers/labels.py" line="171"/>
        <source>Sets of labels</source>
        <translation>标签集</translation>
    </message>
    <message>
        <location filename="../controllers/labels.py" line="171"/>
        <source>All files</source>
        <translation>所有文件</translation>
    </message>
    <message>
        <location filename="../controllers/labels.py" line="202"/>
        <source>labels</source>
        <translation>标签</translation>
    </message>
</context>
<context>
    <name>LanguageSwitch</name>
    <message>
        <location filename="../language_switch.py" line="92"/>
        <source>The language changes as soon as the work under way has ended.</source>
        <translation>当前操作结束后即切换语言。</translation>
    </message>
</context>
<context>
    <name>LassoController</name>
    <message>
        <location filename="../controllers/shapes.py" line="147"/>
        <source>erase outline</source>
        <translation>擦除轮廓内</translation>
    </message>
    <message>
        <location filename="../controllers/shapes.py" line="149"/>
        <source>outline</source>
        <translation>轮廓</translation>
    </message>
    <message>
        <location filename="../controllers/shapes.py" line="152"/>
        <source>The outline holds no pixel, so nothing was painted.</source>
        <translation>轮廓内没有像素，因此没有涂画。</translation>
    </message>
    <message>
        <location filename="../controllers/shapes.py" line="154"/>
        <source>The outline holds nothing of the active label that may be erased.</source>
        <translation>轮廓内没有当前标签可擦除的部分。</translation>
    </message>
    <message>
        <location filename="../controllers/shapes.py" line="156"/>
        <source>The outline holds no pixel that may be painted.</source>
        <translation>轮廓内没有可涂画的像素。</translation>
    </message>
</context>
<context>
    <name>LassoOptions</name>
    <message>
        <location filename="../panels/options_shapes.py" line="107"/>
        <source>Drag: freehand.  Click: corners, drag them to adjust.  Enter or double click closes, Backspace takes a corner back.  Ctrl or right button: erase.</source>
        <translation>拖动：徒手绘制。单击：设置角点，可拖动调整。回车或双击闭合，退格撤回一个角点。Ctrl 或右键：擦除。</translation>
    </message>
</context>
<context>
    <name>Leaving</name>
    <message>
        <location filename="../controllers/worklist_leaving.py" line="106"/>
        <source>A mask waits to be accepted (Enter) or rejected (Esc); then the case is left.</source>
        <translation>有一个掩膜等待接受（回车）或拒绝（Esc）；之后即离开此病例。</translation>
    </message>
    <message>
        <location filename="../controllers/worklist_leaving.py" line="108"/>
        <source>Boxes or points have no mask yet; the case is left as soon as they have one.</source>
        <translation>有框或点尚无掩膜；一旦生成即离开此病例。</translation>
    </message>
    <message>
        <location filename="../controllers/worklist_leaving.py" line="112"/>
        <source>Go on without them</source>
        <translation>不等待，继续</translation>
    </message>
    <message>
        <location filename="../controllers/worklist_leaving.py" line="150"/>
        <source>The case stays open, because its mask could not be saved. Nothing is lost.</source>
        <translation>掩膜无法保存，因此病例保持打开。没有丢失任何内容。</translation>
    </message>
</context>
<context>
    <name>ListLoading</name>
    <message>
        <location filename="../controllers/worklist_loading.py" line="40"/>
        <source>Work through a folder of cases</source>
        <translation>逐个处理文件夹中的病例</translation>
    </message>
    <message>
        <location filename="../controllers/worklist_loading.py" line="47"/>
        <source>Tables and lists of cases</source>
        <translation>病例表格和列表</translation>
    </message>
    <message>
        <location filename="../controllers/worklist_loading.py" line="48"/>
        <source>Work through a table of cases</source>
        <translation>逐个处理表格中的病例</translation>
    </message>
    <message>
        <location filename="../controllers/worklist_loading.py" line="57"/>
        <source>Looking for cases in {0}</source>
        <translation>正在 {0} 中查找病例</translation>
    </message>
</context>
<context>
    <name>ListOffer</name>
    <message>
        <location filename="../controllers/worklist_offer.py" line="56"/>
        <source>Looking through {0}</source>
        <translation>正在查看 {0}</translation>
    </message>
    <message>
        <location filename="../controllers/worklist_offer.py" line="100"/>
        <source>{0} holds {1} images.</source>
        <translation>{0} 含有 {1} 个图像。</translation>
    </message>
    <message>
        <location filename="../controllers/worklist_offer.py" line="89"/>
        <source>Work through them one by one</source>
        <translation>逐个处理</translation>
    </message>
    <message>
        <location filename="../controllers/worklist_offer.py" line="99"/>
        <source>Several images</source>
        <translation>多个图像</translation>
    </message>
    <message>
        <location filename="../controllers/worklist_offer.py" line="101"/>
        <source>Work through them as a list of cases? Masks are saved beside them, from case to case.</source>
        <translation>要将它们作为病例列表逐个处理吗？掩膜会逐例保存在图像旁边。</translation>
    </message>
    <message>
        <location filename="../controllers/worklist_offer.py" line="105"/>
        <source>Work through them</source>
        <translation>逐个处理</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <location filename="../main_window.py" line="150"/>
        <source>Labels</source>
        <translation>标签</translation>
    </message>
    <message>
        <location filename="../main_window.py" line="149"/>
        <source>Window</source>
        <translation>窗宽窗位</translation>
    </message>
    <message>
        <location filename="../main_window.py" line="239"/>
        <source>Open an image first.</source>
        <translation>请先打开图像。</translation>
    </message>
    <message>
        <location filename="../main_window.py" line="252"/>
        <source>Saved and verified: {0}</source>
        <translation>已保存并校验：{0}</translation>
    </message>
    <message>
        <location filename="../main_window.py" line="255"/>
        <source>{0} boxes have no mask yet; the file lacks them.</source>
        <translation>有 {0} 个框尚无掩膜，未包含在文件中。</translation>
    </message>
    <message>
        <location filename="../main_window.py" line="263"/>
        <source>Model: {0}. Click to choose another</source>
        <translation>模型：{0}。单击选择其他模型</translation>
    </message>
    <message>
        <location filename="../main_window.py" line="108"/>
        <source>History</source>
        <translation>历史记录</translation>
    </message>
    <message>
        <location filename="../main_window.py" line="152"/>
        <source>Measure</source>
        <translation>测量</translation>
    </message>
    <message>
        <location filename="../worklist_parts.py" line="26"/>
        <source>Cases</source>
        <translation>病例</translation>
    </message>
    <message>
        <location filename="../speed_parts.py" line="26"/>
        <source>Speed and storage</source>
        <translation>速度与存储</translation>
    </message>
</context>
<context>
    <name>MaskOperationCard</name>
    <message>
        <location filename="../panels/mask_operation.py" line="74"/>
        <source>Median</source>
        <translation>中值</translation>
    </message>
    <message>
        <location filename="../panels/mask_operation.py" line="74"/>
        <source>Opening: remove thin parts</source>
        <translation>开运算：去除细小部分</translation>
    </message>
    <message>
        <location filename="../panels/mask_operation.py" line="74"/>
        <source>Closing: close gaps</source>
        <translation>闭运算：闭合缝隙</translation>
    </message>
    <message>
        <location filename="../panels/mask_operation.py" line="74"/>
        <source>Gaussian</source>
        <translation>高斯</translation>
    </message>
    <message>
        <location filename="../panels/mask_operation.py" line="87"/>
        <source>Fill every slice as a picture</source>
        <translation>逐层面填充</translation>
    </message>
    <message>
        <location filename="../panels/mask_operation.py" line="92"/>
        <source>Apply</source>
        <translation>应用</translation>
    </message>
    <message>
        <location filename="../panels/mask_operation.py" line="148"/>
        <source>Carry it out (Enter)</source>
        <translation>执行（回车）</translation>
    </message>
    <message>
        <location filename="../panels/mask_operation.py" line="95"/>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <location filename="../panels/mask_operation.py" line="96"/>
        <source>Change nothing (Esc)</source>
        <translation>不作更改（Esc）</translation>
    </message>
    <message>
        <location filename="../panels/mask_operation.py" line="173"/>
        <source> mm</source>
        <translation> mm</translation>
    </message>
    <message>
        <location filename="../panels/mask_operation.py" line="223"/>
        <source> px</source>
        <translation> 像素</translation>
    </message>
    <message>
        <location filename="../panels/mask_operation.py" line="197"/>
        <source>Everywhere</source>
        <translation>全图</translation>
    </message>
    <message>
        <location filename="../panels/mask_operation.py" line="211"/>
        <source>Ma&amp;rgin</source>
        <translation>边距(&amp;R)</translation>
    </message>
    <message>
        <location filename="../panels/mask_operation.py" line="213"/>
        <source>Standard &amp;deviation</source>
        <translation>标准差(&amp;D)</translation>
    </message>
    <message>
        <location filename="../panels/mask_operation.py" line="215"/>
        <source>&amp;Radius</source>
        <translation>半径(&amp;R)</translation>
    </message>
    <message>
        <location filename="../panels/mask_operation.py" line="221"/>
        <source> mm³</source>
        <translation> mm³</translation>
    </message>
    <message>
        <location filename="../panels/mask_operation.py" line="221"/>
        <source> mm²</source>
        <translation> mm²</translation>
    </message>
    <message>
        <location filename="../panels/mask_operation.py" line="225"/>
        <source>Holes that are closed on a slice, though they are open in three dimensions</source>
        <translation>在层面上封闭、但在三维中开放的孔洞</translation>
    </message>
    <message>
        <location filename="../panels/mask_operation.py" line="225"/>
        <source>A single slice is always filled as a picture.</source>
        <translation>单个层面总是按图片填充。</translation>
    </message>
    <message>
        <location filename="../panels/mask_operation.py" line="243"/>
        <source>&amp;Method</source>
        <translation>方法(&amp;M)</translation>
    </message>
    <message>
        <location filename="../panels/mask_operation.py" line="243"/>
        <source>&amp;Least size</source>
        <translation>最小尺寸(&amp;L)</translation>
    </message>
    <message>
        <location filename="../panels/mask_operation.py" line="243"/>
        <source>Number of &amp;labels</source>
        <translation>标签数量(&amp;L)</translation>
    </message>
    <message>
        <location filename="../panels/mask_operation.py" line="243"/>
        <source>&amp;From</source>
        <translation>从(&amp;F)</translation>
    </message>
    <message>
        <location filename="../panels/mask_operation.py" line="243"/>
        <source>&amp;To</source>
        <translation>到(&amp;T)</translation>
    </message>
    <message>
        <location filename="../panels/mask_operation.py" line="243"/>
        <source>I&amp;nside</source>
        <translation>内部(&amp;N)</translation>
    </message>
    <message>
        <location filename="../panels/mask_operation.py" line="243"/>
        <source>&amp;In</source>
        <translation>范围(&amp;I)</translation>
    </message>
</context>
<context>
    <name>MaskOperations</name>
    <message>
        <location filename="../controllers/mask_operations.py" line="105"/>
        <source>copy slice</source>
        <translation>复制层面</translation>
    </message>
    <message>
        <location filename="../controllers/mask_operations.py" line="110"/>
        <source>This slice has all of it already, or the rule keeps it out.</source>
        <translation>本层面已全部具有该内容，或规则不允许。</translation>
    </message>
    <message>
        <location filename="../controllers/mask_operations.py" line="118"/>
        <source>clear slice</source>
        <translation>清除层面</translation>
    </message>
    <message>
        <location filename="../controllers/mask_operations.py" line="123"/>
        <source>The active label is not on this slice.</source>
        <translation>当前标签不在本层面上。</translation>
    </message>
    <message>
        <location filename="../controllers/mask_operations.py" line="183"/>
        <source>{0}: {1}</source>
        <translation>{0}：{1}</translation>
    </message>
    <message>
        <location filename="../controllers/mask_operations.py" line="232"/>
        <source>Computing…</source>
        <translation>正在计算…</translation>
    </message>
    <message>
        <location filename="../controllers/mask_operations.py" line="260"/>
        <source>Parts that become labels of their own: {0}</source>
        <translation>将成为独立标签的部分：{0}</translation>
    </message>
    <message>
        <location filename="../controllers/mask_operations.py" line="262"/>
        <source>This changes nothing here.</source>
        <translation>此处不会有任何变化。</translation>
    </message>
    <message>
        <location filename="../controllers/mask_operations.py" line="267"/>
        <source>Gains {0}, loses {1} voxels</source>
        <translation>增加 {0}，减少 {1} 个体素</translation>
    </message>
    <message>
        <location filename="../controllers/mask_operations.py" line="270"/>
        <source>Volume {0} mL</source>
        <translation>体积 {0} mL</translation>
    </message>
    <message>
        <location filename="../controllers/mask_operations.py" line="272"/>
        <source>voxels</source>
        <translation>体素</translation>
    </message>
    <message>
        <location filename="../controllers/mask_operations.py" line="345"/>
        <source>Open an image first.</source>
        <translation>请先打开图像。</translation>
    </message>
    <message>
        <location filename="../controllers/mask_operations.py" line="347"/>
        <source>&quot;{0}&quot; is locked; unlock it or choose another label.</source>
        <translation>“{0}”已锁定；请解锁或选择其他标签。</translation>
    </message>
    <message>
        <location filename="../controllers/mask_operations.py" line="353"/>
        <source>A colour picture has no single values to compare.</source>
        <translation>彩色图片没有可比较的单一数值。</translation>
    </message>
    <message>
        <location filename="../controllers/mask_operations.py" line="356"/>
        <source>This image has only one slice.</source>
        <translation>该图像只有一个层面。</translation>
    </message>
</context>
<context>
    <name>MaskPlace</name>
    <message>
        <location filename="../controllers/worklist_place.py" line="42"/>
        <source>{0} What you draw is saved as {1}; {2} is not touched.</source>
        <translation>{0} 您绘制的内容将保存为 {1}；不会改动 {2}。</translation>
    </message>
    <message>
        <location filename="../controllers/worklist_place.py" line="57"/>
        <source>{0} was written by somebody else meanwhile; yours is saved as {1}.</source>
        <translation>{0} 同时被他人写入；您的保存为 {1}。</translation>
    </message>
</context>
<context>
    <name>MeasureColumns</name>
    <message>
        <location filename="../panels/measure_columns.py" line="98"/>
        <source>Volume (mL)</source>
        <translation>体积 (mL)</translation>
    </message>
    <message>
        <location filename="../panels/measure_columns.py" line="98"/>
        <source>Voxels times the volume of one, in millilitres</source>
        <translation>体素数乘以单个体素的体积，以毫升计</translation>
    </message>
    <message>
        <location filename="../panels/measure_columns.py" line="98"/>
        <source>Area ({0})</source>
        <translation>面积 ({0})</translation>
    </message>
    <message>
        <location filename="../panels/measure_columns.py" line="98"/>
        <source>Pixels times the area of one</source>
        <translation>像素数乘以单个像素的面积</translation>
    </message>
    <message>
        <location filename="../panels/measure_columns.py" line="116"/>
        <source>Pixels</source>
        <translation>像素</translation>
    </message>
    <message>
        <location filename="../panels/measure_columns.py" line="116"/>
        <source>Voxels</source>
        <translation>体素</translation>
    </message>
    <message>
        <location filename="../panels/measure_columns.py" line="116"/>
        <source>How many it has</source>
        <translation>像素的数量</translation>
    </message>
    <message>
        <location filename="../panels/measure_columns.py" line="123"/>
        <source>Area here ({0})</source>
        <translation>本层面积 ({0})</translation>
    </message>
    <message>
        <location filename="../panels/measure_columns.py" line="123"/>
        <source>Area in the slice on show in the pane in use</source>
        <translation>当前窗格所示层面上的面积</translation>
    </message>
    <message>
        <location filename="../panels/measure_columns.py" line="136"/>
        <source>Red: mean ± SD</source>
        <translation>红：均值 ± SD</translation>
    </message>
    <message>
        <location filename="../panels/measure_columns.py" line="137"/>
        <source>Green: mean ± SD</source>
        <translation>绿：均值 ± SD</translation>
    </message>
    <message>
        <location filename="../panels/measure_columns.py" line="138"/>
        <source>Blue: mean ± SD</source>
        <translation>蓝：均值 ± SD</translation>
    </message>
    <message>
        <location filename="../panels/measure_columns.py" line="142"/>
        <source>Mean ± SD</source>
        <translation>均值 ± SD</translation>
    </message>
    <message>
        <location filename="../panels/measure_columns.py" line="153"/>
        <source>Minimum</source>
        <translation>最小值</translation>
    </message>
    <message>
        <location filename="../panels/measure_columns.py" line="154"/>
        <source>P{0}</source>
        <translation>P{0}</translation>
    </message>
    <message>
        <location filename="../panels/measure_columns.py" line="155"/>
        <source>Median</source>
        <translation>中值</translation>
    </message>
    <message>
        <location filename="../panels/measure_columns.py" line="156"/>
        <source>Maximum</source>
        <translation>最大值</translation>
    </message>
    <message>
        <location filename="../panels/measure_columns.py" line="160"/>
        <source>Of the raw values; P5 lies above 5 % of them</source>
        <translation>按原始数值计算；P5 高于其中 5 % 的数值</translation>
    </message>
    <message>
        <location filename="../panels/measure_columns.py" line="173"/>
        <source>Of the raw values; standard deviation of all voxels (divided by n, not n − 1)</source>
        <translation>按原始数值计算；全部体素的标准差（除以 n，而非 n − 1）</translation>
    </message>
    <message>
        <location filename="../panels/measure_columns.py" line="181"/>
        <source>Click to go there and see both lines.</source>
        <translation>单击可转到该处并显示两条线。</translation>
    </message>
    <message>
        <location filename="../panels/measure_columns.py" line="183"/>
        <source>Long axis ({0})</source>
        <translation>长轴 ({0})</translation>
    </message>
    <message>
        <location filename="../panels/measure_columns.py" line="183"/>
        <source>The longest line from edge to edge in any one slice.</source>
        <translation>任一层面内从边缘到边缘的最长线段。</translation>
    </message>
    <message>
        <location filename="../panels/measure_columns.py" line="190"/>
        <source>Short axis ({0})</source>
        <translation>短轴 ({0})</translation>
    </message>
    <message>
        <location filename="../panels/measure_columns.py" line="190"/>
        <source>The longest line at right angles to the long axis, in its slice.</source>
        <translation>在长轴所在层面内，与长轴垂直的最长线段。</translation>
    </message>
    <message>
        <location filename="../panels/measure_columns.py" line="199"/>
        <source>The slice of the long axis.</source>
        <translation>长轴所在的层面。</translation>
    </message>
    <message>
        <location filename="../panels/measure_columns.py" line="212"/>
        <source>3D diameter (mm)</source>
        <translation>三维直径 (mm)</translation>
    </message>
    <message>
        <location filename="../panels/measure_columns.py" line="212"/>
        <source>Between the two corners of voxels that are furthest apart</source>
        <translation>相距最远的两个体素角点之间的距离</translation>
    </message>
    <message>
        <location filename="../panels/measure_columns.py" line="228"/>
        <source>Slices</source>
        <translation>层面</translation>
    </message>
    <message>
        <location filename="../panels/measure_columns.py" line="228"/>
        <source>Number of slices it lies on</source>
        <translation>所占层面的数量</translation>
    </message>
    <message>
        <location filename="../panels/measure_columns.py" line="237"/>
        <source>Centroid</source>
        <translation>质心</translation>
    </message>
    <message>
        <location filename="../panels/measure_columns.py" line="237"/>
        <source>Mean position of its voxels: in the patient in mm, or a pixel</source>
        <translation>体素的平均位置：患者坐标（mm），或像素</translation>
    </message>
    <message>
        <location filename="../panels/measure_columns.py" line="245"/>
        <source>Islands</source>
        <translation>岛</translation>
    </message>
    <message>
        <location filename="../panels/measure_columns.py" line="245"/>
        <source>Parts that do not touch face to face</source>
        <translation>面与面不相接的各部分</translation>
    </message>
    <message>
        <location filename="../panels/measure_columns.py" line="252"/>
        <source>Surface (mm²)</source>
        <translation>表面积 (mm²)</translation>
    </message>
    <message>
        <location filename="../panels/measure_columns.py" line="199"/>
        <source>Slice of the axes</source>
        <translation>长短轴所在层面</translation>
    </message>
    <message>
        <location filename="../panels/measure_columns.py" line="252"/>
        <source>Of a mesh with the voxels&apos; steps: about a tenth above a smooth body&apos;s</source>
        <translation>按带体素台阶的网格计算：比光滑物体高约十分之一</translation>
    </message>
</context>
<context>
    <name>MeasureController</name>
    <message>
        <location filename="../controllers/measure.py" line="105"/>
        <source>Open an image first.</source>
        <translation>请先打开图像。</translation>
    </message>
    <message>
        <location filename="../controllers/measure.py" line="132"/>
        <source>Measuring…</source>
        <translation>正在测量…</translation>
    </message>
    <message>
        <location filename="../controllers/measure.py" line="235"/>
        <source>largest diameters</source>
        <translation>最大径</translation>
    </message>
    <message>
        <location filename="../controllers/measure.py" line="268"/>
        <source>{0} rows are in the clipboard; paste them into a spreadsheet.</source>
        <translation>{0} 行已复制到剪贴板；可粘贴到电子表格中。</translation>
    </message>
    <message>
        <location filename="../controllers/measure.py" line="283"/>
        <source>Save the measurements</source>
        <translation>保存测量结果</translation>
    </message>
    <message>
        <location filename="../controllers/measure.py" line="314"/>
        <source>Saved the measurements: {0}</source>
        <translation>测量结果已保存：{0}</translation>
    </message>
    <message>
        <location filename="../controllers/measure.py" line="316"/>
        <source>Save as…</source>
        <translation>另存为…</translation>
    </message>
    <message>
        <location filename="../controllers/measure.py" line="317"/>
        <source>Saving {0}</source>
        <translation>正在保存 {0}</translation>
    </message>
    <message>
        <location filename="../controllers/measure.py" line="302"/>
        <source>{0} read back differently. Save it again, on another disk.</source>
        <translation>{0} 读回的内容不同。请保存到其他磁盘。</translation>
    </message>
</context>
<context>
    <name>MeasureModel</name>
    <message>
        <location filename="../panels/measure_model.py" line="162"/>
        <source>This label is hidden.</source>
        <translation>此标签已隐藏。</translation>
    </message>
</context>
<context>
    <name>MeasurePanel</name>
    <message>
        <location filename="../panels/measure.py" line="187"/>
        <source>Rulers and angles</source>
        <translation>标尺和角度</translation>
    </message>
    <message>
        <location filename="../panels/measure.py" line="143"/>
        <source>Copy the table for a spreadsheet; Ctrl+C in it copies the selected rows</source>
        <translation>复制整个表格，供电子表格使用；在表格中按 Ctrl+C 复制所选行</translation>
    </message>
    <message>
        <location filename="../panels/measure.py" line="148"/>
        <source>Save all measurements as a CSV file…</source>
        <translation>将所有测量结果保存为 CSV 文件…</translation>
    </message>
    <message>
        <location filename="../panels/measure.py" line="165"/>
        <source>Measurements of the labels</source>
        <translation>标签的测量结果</translation>
    </message>
    <message>
        <location filename="../panels/measure.py" line="200"/>
        <source>All figures of the selected label</source>
        <translation>所选标签的全部数值</translation>
    </message>
    <message>
        <location filename="../panels/measure.py" line="338"/>
        <source>As at first</source>
        <translation>恢复初始设置</translation>
    </message>
    <message>
        <location filename="../panels/measure.py" line="361"/>
        <source>Go to the largest diameters</source>
        <translation>转到最大径</translation>
    </message>
    <message>
        <location filename="../panels/measure.py" line="364"/>
        <source>Keep the largest diameters as rulers</source>
        <translation>将最大径保留为标尺</translation>
    </message>
    <message>
        <location filename="../panels/measure.py" line="368"/>
        <source>Copy the selected rows</source>
        <translation>复制所选行</translation>
    </message>
    <message>
        <location filename="../panels/measure.py" line="135"/>
        <source>Choose columns, and the plane of the diameters</source>
        <translation>选择列，以及测量最大径的平面</translation>
    </message>
    <message>
        <location filename="../panels/measure.py" line="329"/>
        <source>Diameters in slices that are</source>
        <translation>在以下平面的层面中测量最大径</translation>
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
        <location filename="../controllers/models.py" line="118"/>
        <source>Choose a checkpoint</source>
        <translation>选择权重文件</translation>
    </message>
    <message>
        <location filename="../controllers/models.py" line="118"/>
        <source>Checkpoints</source>
        <translation>权重文件</translation>
    </message>
    <message>
        <location filename="../controllers/models.py" line="171"/>
        <source>Downloading {0}</source>
        <translation>正在下载 {0}</translation>
    </message>
    <message>
        <location filename="../controllers/models.py" line="187"/>
        <source>Connecting…</source>
        <translation>正在连接…</translation>
    </message>
    <message>
        <location filename="../controllers/models.py" line="257"/>
        <source>Choose a model…</source>
        <translation>选择模型…</translation>
    </message>
    <message>
        <location filename="../controllers/models.py" line="264"/>
        <source>Start again</source>
        <translation>重新启动</translation>
    </message>
    <message>
        <location filename="../controllers/models.py" line="268"/>
        <source>Restarting the engine…</source>
        <translation>正在重启引擎…</translation>
    </message>
    <message>
        <location filename="../controllers/models.py" line="268"/>
        <source>Engine stopped</source>
        <translation>引擎已停止</translation>
    </message>
    <message>
        <location filename="../controllers/models.py" line="287"/>
        <source>{0} · slice {1}</source>
        <translation>{0} · 层面 {1}</translation>
    </message>
    <message>
        <location filename="../controllers/models.py" line="300"/>
        <source>No engine</source>
        <translation>无引擎</translation>
    </message>
    <message>
        <location filename="../controllers/models.py" line="302"/>
        <source>Starting the engine…</source>
        <translation>正在启动引擎…</translation>
    </message>
    <message>
        <location filename="../controllers/models.py" line="349"/>
        <source>Loading {0}…</source>
        <translation>正在载入 {0}…</translation>
    </message>
    <message>
        <location filename="../controllers/models.py" line="312"/>
        <source>No model</source>
        <translation>无模型</translation>
    </message>
    <message>
        <location filename="../controllers/models.py" line="278"/>
        <source>The model&apos;s process ended and is back. Nothing was lost.</source>
        <translation>模型进程曾意外结束，现已恢复。没有丢失任何内容。</translation>
    </message>
    <message>
        <location filename="../controllers/models.py" line="231"/>
        <source>No other model was used since the program started.</source>
        <translation>程序启动以来没有使用过其他模型。</translation>
    </message>
    <message>
        <location filename="../controllers/models.py" line="236"/>
        <source>&amp;Back to {0}</source>
        <translation>返回 {0}(&amp;B)</translation>
    </message>
</context>
<context>
    <name>Mouse</name>
    <message>
        <location filename="../mouse_words.py" line="20"/>
        <source>move the picture</source>
        <translation>移动图像</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="21"/>
        <source>up and down: zoom</source>
        <translation>上下：缩放</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="22"/>
        <source>the window: wider to the right, brighter upwards</source>
        <translation>窗宽窗位：向右变宽，向上变亮</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="23"/>
        <source>move the crosshair in all planes</source>
        <translation>在各平面中移动十字线</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="26"/>
        <source>the window: wider to the right, darker upwards</source>
        <translation>窗宽窗位：向右变宽，向上变暗</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="61"/>
        <source>Left drag</source>
        <translation>左键拖动</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="29"/>
        <source>the tool that is chosen</source>
        <translation>所选的工具</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="30"/>
        <source>Left drag (crosshair tool)</source>
        <translation>左键拖动（十字线工具）</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="34"/>
        <source>Left click (crosshair tool)</source>
        <translation>左键单击（十字线工具）</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="34"/>
        <source>put the crosshair in all planes</source>
        <translation>在各平面中放置十字线</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="38"/>
        <source>Shift + left drag (crosshair tool)</source>
        <translation>Shift + 左键拖动（十字线工具）</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="42"/>
        <source>Right drag</source>
        <translation>右键拖动</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="43"/>
        <source>Ctrl + right drag</source>
        <translation>Ctrl + 右键拖动</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="44"/>
        <source>Shift + right drag</source>
        <translation>Shift + 右键拖动</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="45"/>
        <source>Middle drag</source>
        <translation>中键拖动</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="46"/>
        <source>Wheel</source>
        <translation>滚轮</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="46"/>
        <source>next or previous slice</source>
        <translation>上一层面或下一层面</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="47"/>
        <source>Ctrl + wheel</source>
        <translation>Ctrl + 滚轮</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="47"/>
        <source>zoom at the mouse</source>
        <translation>以鼠标位置为中心缩放</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="48"/>
        <source>Shift + move</source>
        <translation>Shift + 移动</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="48"/>
        <source>the crosshair follows the mouse in all planes</source>
        <translation>十字线在各平面中跟随鼠标</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="52"/>
        <source>Double click</source>
        <translation>双击</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="52"/>
        <source>one plane large, and back</source>
        <translation>放大单个平面，再次双击恢复</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="55"/>
        <source>Space + left drag</source>
        <translation>空格 + 左键拖动</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="61"/>
        <source>Left click</source>
        <translation>左键单击</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="63"/>
        <source>Box</source>
        <translation>画框</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="63"/>
        <source>draw a box; the mask follows</source>
        <translation>画框，随即生成掩膜</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="63"/>
        <source>Drag a handle or the box</source>
        <translation>拖动框或其控制点</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="63"/>
        <source>adjust it; the mask is replaced</source>
        <translation>调整框，掩膜随之更新</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="63"/>
        <source>Ctrl + left drag</source>
        <translation>Ctrl + 左键拖动</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="63"/>
        <source>draw a box inside of the selected one</source>
        <translation>在所选框内再画一个框</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="77"/>
        <source>Points</source>
        <translation>点</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="77"/>
        <source>this belongs to the object</source>
        <translation>标记属于目标处</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="77"/>
        <source>Right click, or Shift + left click</source>
        <translation>右键单击，或 Shift + 左键单击</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="77"/>
        <source>this does not belong to it</source>
        <translation>标记不属于目标处</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="77"/>
        <source>Drag a point</source>
        <translation>拖动点</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="77"/>
        <source>move it; the mask is replaced</source>
        <translation>移动点，掩膜随之更新</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="88"/>
        <source>Brush and eraser</source>
        <translation>画笔和橡皮擦</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="88"/>
        <source>paint or erase</source>
        <translation>涂画或擦除</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="88"/>
        <source>Right drag, or Ctrl + left drag</source>
        <translation>右键拖动，或 Ctrl + 左键拖动</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="88"/>
        <source>the opposite: erase or paint</source>
        <translation>相反操作：擦除或涂画</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="88"/>
        <source>Shift + left click</source>
        <translation>Shift + 左键单击</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="88"/>
        <source>a straight line from the end of the last stroke</source>
        <translation>从上一笔末端画直线</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="88"/>
        <source>Alt + left click</source>
        <translation>Alt + 左键单击</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="88"/>
        <source>take the label under the mouse</source>
        <translation>改用鼠标下的标签</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="88"/>
        <source>Shift + wheel</source>
        <translation>Shift + 滚轮</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="88"/>
        <source>size of the brush</source>
        <translation>画笔大小</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="107"/>
        <source>Lasso and polygon</source>
        <translation>套索和多边形</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="107"/>
        <source>draw an outline freehand</source>
        <translation>徒手绘制轮廓</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="107"/>
        <source>set corners; double click or Enter closes the outline</source>
        <translation>设置角点；双击或回车闭合轮廓</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="107"/>
        <source>Begun with Ctrl or the right button</source>
        <translation>以 Ctrl 或右键开始</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="107"/>
        <source>take the area away</source>
        <translation>减去该区域</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="118"/>
        <source>Magic wand and fill</source>
        <translation>魔棒和填充</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="118"/>
        <source>Left drag (wand)</source>
        <translation>左键拖动（魔棒）</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="118"/>
        <source>begin on the object; to the side: more or less of it</source>
        <translation>从目标上开始；左右拖动：扩大或缩小</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="118"/>
        <source>Left click (fill)</source>
        <translation>左键单击（填充）</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="118"/>
        <source>fill a hole, or give a region the active label</source>
        <translation>填充孔洞，或将区域改为当前标签</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="118"/>
        <source>With Ctrl</source>
        <translation>按住 Ctrl</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="118"/>
        <source>erase</source>
        <translation>擦除</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="132"/>
        <source>Ruler and angle</source>
        <translation>标尺和角度</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="132"/>
        <source>draw a length, or the first side of an angle</source>
        <translation>画出长度，或角度的第一条边</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="132"/>
        <source>Drag an end or the line</source>
        <translation>拖动端点或线</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="132"/>
        <source>move it</source>
        <translation>移动</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="132"/>
        <source>Left click (angle)</source>
        <translation>左键单击（角度）</translation>
    </message>
    <message>
        <location filename="../mouse_words.py" line="132"/>
        <source>set an end, the corner, the other end</source>
        <translation>依次设定一端、顶点、另一端</translation>
    </message>
</context>
<context>
    <name>MousePage</name>
    <message>
        <location filename="../panels/preferences_mouse.py" line="53"/>
        <source>Mouse buttons</source>
        <translation>鼠标按键</translation>
    </message>
    <message>
        <location filename="../panels/preferences_mouse.py" line="57"/>
        <source>&amp;Turn the window drag round: upwards darkens</source>
        <translation>反转窗宽窗位拖动：向上变暗(&amp;T)</translation>
    </message>
    <message>
        <location filename="../panels/preferences_mouse.py" line="58"/>
        <source>Programs differ in this; choose what your hand expects</source>
        <translation>各程序在此有所不同；请按您的习惯选择</translation>
    </message>
    <message>
        <location filename="../panels/preferences_mouse.py" line="60"/>
        <source>Mouse</source>
        <translation>鼠标</translation>
    </message>
    <message>
        <location filename="../panels/preferences_mouse.py" line="60"/>
        <source>What it does</source>
        <translation>功能</translation>
    </message>
    <message>
        <location filename="../panels/preferences_mouse.py" line="60"/>
        <source>What the mouse does</source>
        <translation>鼠标的功能</translation>
    </message>
    <message>
        <location filename="../panels/preferences_mouse.py" line="65"/>
        <source>&amp;Over a picture:</source>
        <translation>在图像上(&amp;O)：</translation>
    </message>
    <message>
        <location filename="../panels/preferences_mouse.py" line="68"/>
        <source>&amp;Buttons as in:</source>
        <translation>按键方式同(&amp;B)：</translation>
    </message>
    <message>
        <location filename="../panels/preferences_mouse.py" line="92"/>
        <source>The key profile ({0})</source>
        <translation>按键方案（{0}）</translation>
    </message>
</context>
<context>
    <name>NavigationController</name>
    <message>
        <location filename="../controllers/navigation.py" line="135"/>
        <source>Open an image first.</source>
        <translation>请先打开图像。</translation>
    </message>
    <message>
        <location filename="../controllers/navigation.py" line="137"/>
        <source>This image has only one slice.</source>
        <translation>该图像只有一个层面。</translation>
    </message>
    <message>
        <location filename="../controllers/navigation.py" line="146"/>
        <source>This image has only one plane.</source>
        <translation>该图像只有一个平面。</translation>
    </message>
</context>
<context>
    <name>OptionsBar</name>
    <message>
        <location filename="../panels/options_bar.py" line="30"/>
        <source>Tool options</source>
        <translation>工具选项</translation>
    </message>
</context>
<context>
    <name>OverlapPreview</name>
    <message>
        <location filename="../controllers/overlap.py" line="149"/>
        <source>{0} {1} from {2}</source>
        <translation>{2} 的 {0} {1}</translation>
    </message>
    <message>
        <location filename="../controllers/overlap.py" line="153"/>
        <source>and from {0} more labels</source>
        <translation>以及另外 {0} 个标签</translation>
    </message>
    <message>
        <location filename="../controllers/overlap.py" line="154"/>
        <source>Would take {0}</source>
        <translation>将占用{0}</translation>
    </message>
    <message>
        <location filename="../controllers/overlap.py" line="196"/>
        <source>px</source>
        <translation>像素</translation>
    </message>
    <message>
        <location filename="../controllers/overlap.py" line="196"/>
        <source>voxels</source>
        <translation>体素</translation>
    </message>
</context>
<context>
    <name>PaintingController</name>
    <message>
        <location filename="../controllers/painting.py" line="99"/>
        <source>Open an image first.</source>
        <translation>请先打开图像。</translation>
    </message>
    <message>
        <location filename="../controllers/painting.py" line="102"/>
        <source>This image has one slice only.</source>
        <translation>该图像只有一个层面。</translation>
    </message>
    <message>
        <location filename="../controllers/painting.py" line="176"/>
        <source>eraser on slice {0}</source>
        <translation>层面 {0} 上的橡皮擦</translation>
    </message>
    <message>
        <location filename="../controllers/painting.py" line="179"/>
        <source>brush on slice {0}</source>
        <translation>层面 {0} 上的画笔</translation>
    </message>
    <message>
        <location filename="../controllers/painting.py" line="194"/>
        <source>Nothing was painted: locked labels, or the rule of what may be overwritten, keep &quot;{0}&quot; out.</source>
        <translation>没有涂画：锁定的标签或覆盖规则不允许“{0}”进入此处。</translation>
    </message>
    <message>
        <location filename="../controllers/painting.py" line="202"/>
        <source>Nothing was erased: the eraser takes only &quot;{0}&quot;. Choose the label under it (Alt+click), or let it take every label.</source>
        <translation>没有擦除：橡皮擦只擦除“{0}”。请选择其下的标签（Alt+单击），或让橡皮擦作用于所有标签。</translation>
    </message>
    <message>
        <location filename="../controllers/painting.py" line="200"/>
        <source>Nothing was erased: what lies here is locked or hidden, or the rule keeps it.</source>
        <translation>没有擦除：此处内容已锁定或隐藏，或规则予以保留。</translation>
    </message>
</context>
<context>
    <name>Precision</name>
    <message>
        <location filename="../precision_words.py" line="21"/>
        <source>exact</source>
        <translation>精确</translation>
    </message>
    <message>
        <location filename="../precision_words.py" line="40"/>
        <source>Fast where this processor gains time by it, else exact.</source>
        <translation>处理器能因此更快时用快速，否则用精确。</translation>
    </message>
    <message>
        <location filename="../precision_words.py" line="41"/>
        <source>Numbers of 32 bits: the reference, and the slowest.</source>
        <translation>32 位数值：参照标准，也最慢。</translation>
    </message>
    <message>
        <location filename="../precision_words.py" line="58"/>
        <source>The model is being loaded.</source>
        <translation>正在载入模型。</translation>
    </message>
    <message>
        <location filename="../precision_words.py" line="60"/>
        <source>No model is in use.</source>
        <translation>没有正在使用的模型。</translation>
    </message>
    <message>
        <location filename="../precision_words.py" line="61"/>
        <source>In use now: {0}</source>
        <translation>当前使用：{0}</translation>
    </message>
    <message>
        <location filename="../precision_words.py" line="64"/>
        <source>This model always computes exactly; the choice is for models that encode slices.</source>
        <translation>此模型始终精确计算；该选项适用于需要对层面编码的模型。</translation>
    </message>
    <message>
        <location filename="../precision_words.py" line="22"/>
        <source>fast</source>
        <translation>快速</translation>
    </message>
    <message>
        <location filename="../precision_words.py" line="23"/>
        <source>fastest</source>
        <translation>最快</translation>
    </message>
    <message>
        <location filename="../precision_words.py" line="30"/>
        <source>&amp;Automatic</source>
        <translation>自动(&amp;A)</translation>
    </message>
    <message>
        <location filename="../precision_words.py" line="31"/>
        <source>&amp;Exact</source>
        <translation>精确(&amp;E)</translation>
    </message>
    <message>
        <location filename="../precision_words.py" line="32"/>
        <source>&amp;Fast</source>
        <translation>快速(&amp;F)</translation>
    </message>
    <message>
        <location filename="../precision_words.py" line="33"/>
        <source>Fas&amp;test</source>
        <translation>最快(&amp;T)</translation>
    </message>
    <message>
        <location filename="../precision_words.py" line="42"/>
        <source>Numbers of 16 bits: quicker; masks differ by less than 1 % in area.</source>
        <translation>16 位数值：更快；掩膜面积相差不到 1 %。</translation>
    </message>
    <message>
        <location filename="../precision_words.py" line="43"/>
        <source>Numbers of 8 bits: quicker on some processors; masks differ by up to 2 % in area.</source>
        <translation>8 位数值：在部分处理器上更快；掩膜面积相差至多 2 %。</translation>
    </message>
</context>
<context>
    <name>PreferencesController</name>
    <message>
        <location filename="../controllers/preferences.py" line="56"/>
        <source>General</source>
        <translation>常规</translation>
    </message>
    <message>
        <location filename="../controllers/preferences.py" line="111"/>
        <source>Keys</source>
        <translation>按键</translation>
    </message>
    <message>
        <location filename="../controllers/preferences.py" line="58"/>
        <source>Mouse</source>
        <translation>鼠标</translation>
    </message>
    <message>
        <location filename="../controllers/preferences.py" line="123"/>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <location filename="../controllers/preferences.py" line="128"/>
        <source>Mouse: {0}</source>
        <translation>鼠标：{0}</translation>
    </message>
    <message>
        <location filename="../controllers/preferences.py" line="130"/>
        <source>Mouse over a picture</source>
        <translation>鼠标（在图像上）</translation>
    </message>
    <message>
        <location filename="../controllers/preferences.py" line="160"/>
        <source>{0} walks through lists and fields. Add Ctrl or Alt to it.</source>
        <translation>{0} 用于在列表和输入框中移动。请加上 Ctrl 或 Alt。</translation>
    </message>
</context>
<context>
    <name>PreferencesDialog</name>
    <message>
        <location filename="../panels/preferences.py" line="45"/>
        <source>Preferences</source>
        <translation>首选项</translation>
    </message>
    <message>
        <location filename="../panels/preferences.py" line="47"/>
        <source>Pages of the preferences</source>
        <translation>首选项的页面</translation>
    </message>
</context>
<context>
    <name>PrepareController</name>
    <message>
        <location filename="../controllers/prepare.py" line="131"/>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <location filename="../controllers/prepare.py" line="214"/>
        <source>All {0} slices are prepared: masks on them appear at once.</source>
        <translation>全部 {0} 个层面已处理：其上的掩膜会立即出现。</translation>
    </message>
    <message>
        <location filename="../controllers/prepare.py" line="229"/>
        <source>Preparing ended: no model is in use; {0} of {1} slices were prepared.</source>
        <translation>预处理已结束：没有正在使用的模型；{1} 个层面中已处理 {0} 个。</translation>
    </message>
    <message>
        <location filename="../controllers/prepare.py" line="240"/>
        <source>Preparing ended because the model&apos;s process stopped; {0} of {1} slices were prepared.</source>
        <translation>模型进程停止，预处理已结束；{1} 个层面中已处理 {0} 个。</translation>
    </message>
    <message>
        <location filename="../controllers/prepare.py" line="255"/>
        <source>Preparing ended because the model was changed; {0} of {1} slices were prepared for the one before.</source>
        <translation>模型已更换，预处理已结束；已为之前的模型处理 {1} 个层面中的 {0} 个。</translation>
    </message>
    <message>
        <location filename="../controllers/prepare.py" line="266"/>
        <source>Preparing ended because another image is open; {0} of {1} slices were prepared.</source>
        <translation>打开了另一图像，预处理已结束；{1} 个层面中已处理 {0} 个。</translation>
    </message>
    <message>
        <location filename="../controllers/prepare.py" line="266"/>
        <source>Preparing ended because the image was closed; {0} of {1} slices were prepared.</source>
        <translation>图像已关闭，预处理已结束；{1} 个层面中已处理 {0} 个。</translation>
    </message>
    <message>
        <location filename="../controllers/prepare.py" line="274"/>
        <source>Prepare through this window</source>
        <translation>按此窗预处理</translation>
    </message>
    <message>
        <location filename="../controllers/prepare.py" line="275"/>
        <source>Preparing ended because the window was changed; {0} of {1} slices were prepared through the one before.</source>
        <translation>窗宽窗位已更改，预处理已结束；已按之前的窗处理 {1} 个层面中的 {0} 个。</translation>
    </message>
    <message>
        <location filename="../controllers/prepare.py" line="289"/>
        <source>Preparing was stopped; {0} of {1} slices are prepared.</source>
        <translation>预处理已停止；{1} 个层面中已处理 {0} 个。</translation>
    </message>
    <message>
        <location filename="../controllers/prepare.py" line="325"/>
        <source>{0} of {1}</source>
        <translation>{0} / {1}</translation>
    </message>
    <message>
        <location filename="../controllers/prepare.py" line="327"/>
        <source>{0}, waiting for the model&apos;s process</source>
        <translation>{0}，正在等待模型进程</translation>
    </message>
    <message>
        <location filename="../controllers/prepare.py" line="332"/>
        <source>{0}, {1}</source>
        <translation>{0}，{1}</translation>
    </message>
    <message>
        <location filename="../controllers/prepare.py" line="339"/>
        <source>less than a minute left</source>
        <translation>剩余不到一分钟</translation>
    </message>
    <message>
        <location filename="../controllers/prepare.py" line="341"/>
        <source>about {0} min left</source>
        <translation>大约还需 {0} 分钟</translation>
    </message>
    <message>
        <location filename="../controllers/prepare.py" line="342"/>
        <source>about {0} h left</source>
        <translation>大约还需 {0} 小时</translation>
    </message>
    <message>
        <location filename="../controllers/prepare.py" line="347"/>
        <source>Preparing the pictures:</source>
        <translation>正在预处理图片：</translation>
    </message>
    <message>
        <location filename="../controllers/prepare.py" line="349"/>
        <source>Preparing the axial slices:</source>
        <translation>正在预处理轴位层面：</translation>
    </message>
    <message>
        <location filename="../controllers/prepare.py" line="350"/>
        <source>Preparing the coronal slices:</source>
        <translation>正在预处理冠状位层面：</translation>
    </message>
    <message>
        <location filename="../controllers/prepare.py" line="351"/>
        <source>Preparing the sagittal slices:</source>
        <translation>正在预处理矢状位层面：</translation>
    </message>
    <message>
        <location filename="../controllers/prepare.py" line="358"/>
        <source>Open an image first.</source>
        <translation>请先打开图像。</translation>
    </message>
    <message>
        <location filename="../controllers/prepare.py" line="360"/>
        <source>No model is in use yet.</source>
        <translation>尚无正在使用的模型。</translation>
    </message>
    <message>
        <location filename="../controllers/prepare.py" line="362"/>
        <source>{0} needs no preparing: its masks appear at once.</source>
        <translation>{0} 无需预处理：其掩膜会立即出现。</translation>
    </message>
    <message>
        <location filename="../controllers/prepare.py" line="364"/>
        <source>Slices are being prepared already.</source>
        <translation>正在预处理层面。</translation>
    </message>
    <message>
        <location filename="../controllers/prepare.py" line="379"/>
        <source>Prepare every slice of this plane</source>
        <translation>预处理此平面的所有层面</translation>
    </message>
    <message>
        <location filename="../controllers/prepare.py" line="159"/>
        <source>Only about {0} of the {1} slices can be kept; the others are encoded again later.</source>
        <translation>{1} 个层面中约只能保留 {0} 个；其余层面以后会重新编码。</translation>
    </message>
    <message>
        <location filename="../controllers/prepare.py" line="159"/>
        <source>Change the limit…</source>
        <translation>更改限额…</translation>
    </message>
    <message>
        <location filename="../controllers/prepare.py" line="288"/>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <location filename="../controllers/prepare.py" line="331"/>
        <source>then another plane</source>
        <translation>随后还有一个平面</translation>
    </message>
    <message>
        <location filename="../controllers/prepare.py" line="331"/>
        <source>then two more planes</source>
        <translation>随后还有两个平面</translation>
    </message>
    <message>
        <location filename="../controllers/prepare.py" line="376"/>
        <source>Prepare every slice of this plane, too, once the other one is done</source>
        <translation>另一个平面完成后，也准备此平面的所有切片</translation>
    </message>
</context>
<context>
    <name>Presenter</name>
    <message>
        <location filename="../errors.py" line="145"/>
        <source>There is not enough memory for this. Close other programs or open a smaller image.</source>
        <translation>内存不足。请关闭其他程序或打开较小的图像。</translation>
    </message>
    <message>
        <location filename="../errors.py" line="151"/>
        <source>Something inside the program failed ({0}). Your work is kept; the log holds the details.</source>
        <translation>程序内部出错（{0}）。您的工作已保留；详情见日志。</translation>
    </message>
    <message>
        <location filename="../errors.py" line="104"/>
        <source>The label &quot;{0}&quot; is locked. Unlock it or choose another one.</source>
        <translation>标签“{0}”已锁定。请解锁或选择其他标签。</translation>
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
    <name>PromptAnswers</name>
    <message>
        <location filename="../controllers/prompt_answers.py" line="151"/>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <location filename="../controllers/prompt_answers.py" line="158"/>
        <source>&amp;Use the guess</source>
        <translation>使用推测结果(&amp;U)</translation>
    </message>
</context>
<context>
    <name>PromptOptions</name>
    <message>
        <location filename="../panels/options_prompts.py" line="41"/>
        <source>Quality of the mask</source>
        <translation>掩膜质量</translation>
    </message>
    <message>
        <location filename="../panels/options_prompts.py" line="46"/>
        <source>When masks are accepted</source>
        <translation>何时接受掩膜</translation>
    </message>
    <message>
        <location filename="../panels/options_prompts.py" line="87"/>
        <source>Acc&amp;ept</source>
        <translation>接受(&amp;E)</translation>
    </message>
    <message>
        <location filename="../panels/options_prompts.py" line="119"/>
        <source>Reject the mask (Esc)</source>
        <translation>拒绝掩膜（Esc）</translation>
    </message>
    <message>
        <location filename="../panels/options_prompts.py" line="44"/>
        <source>at once</source>
        <translation>立即</translation>
    </message>
    <message>
        <location filename="../panels/options_prompts.py" line="45"/>
        <source>with Enter</source>
        <translation>按回车</translation>
    </message>
    <message>
        <location filename="../panels/options_prompts.py" line="47"/>
        <source>At once: a mask is painted when it comes; Tab exchanges it.
With Enter: nothing is painted until Enter; Esc rejects.</source>
        <translation>立即：掩膜生成后直接画入；Tab 更换。
按回车：按回车前不画入；Esc 拒绝。</translation>
    </message>
</context>
<context>
    <name>PromptStatus</name>
    <message>
        <location filename="../controllers/prompt_status.py" line="30"/>
        <source>No model is loaded, so there is no mask yet. Choose a model, and it comes.</source>
        <translation>未载入模型，因此还没有掩膜。选择模型后即可生成。</translation>
    </message>
    <message>
        <location filename="../controllers/prompt_status.py" line="32"/>
        <source>Choose a model…</source>
        <translation>选择模型…</translation>
    </message>
    <message>
        <location filename="../controllers/prompt_status.py" line="34"/>
        <source>{0} objects wait for the model</source>
        <translation>{0} 个目标正在等待模型</translation>
    </message>
    <message>
        <location filename="../controllers/prompt_status.py" line="35"/>
        <source>The object waits for the model</source>
        <translation>目标正在等待模型</translation>
    </message>
    <message>
        <location filename="../controllers/prompt_status.py" line="38"/>
        <source>{0} masks are being computed…</source>
        <translation>正在计算 {0} 个掩膜…</translation>
    </message>
    <message>
        <location filename="../controllers/prompt_status.py" line="39"/>
        <source>The mask is being computed…</source>
        <translation>正在计算掩膜…</translation>
    </message>
</context>
<context>
    <name>PromptTools</name>
    <message>
        <location filename="../controllers/prompt_tools.py" line="129"/>
        <source>There is no mask of &quot;{0}&quot; on this slice yet.</source>
        <translation>“{0}”在此层面上还没有掩膜。</translation>
    </message>
    <message>
        <location filename="../controllers/prompt_tools.py" line="142"/>
        <source>Open an image first.</source>
        <translation>请先打开图像。</translation>
    </message>
    <message>
        <location filename="../controllers/prompt_tools.py" line="162"/>
        <source>No object is selected.</source>
        <translation>没有选中目标。</translation>
    </message>
    <message>
        <location filename="../controllers/prompt_tools.py" line="168"/>
        <source>{0} takes no boxes. Choose a model that does.</source>
        <translation>{0} 不支持框。请选择支持框的模型。</translation>
    </message>
    <message>
        <location filename="../controllers/prompt_tools.py" line="169"/>
        <source>{0} takes no points. Choose a model that does.</source>
        <translation>{0} 不支持点。请选择支持点的模型。</translation>
    </message>
    <message>
        <location filename="../controllers/prompt_tools.py" line="170"/>
        <source>{0} takes no previous mask. Choose a model that does.</source>
        <translation>{0} 不支持以已有掩膜为提示。请选择支持的模型。</translation>
    </message>
</context>
<context>
    <name>Prompts</name>
    <message>
        <location filename="../controllers/prompt_words.py" line="23"/>
        <source>points on slice {0}</source>
        <translation>层面 {0} 上的点</translation>
    </message>
    <message>
        <location filename="../controllers/prompt_words.py" line="23"/>
        <source>points</source>
        <translation>点</translation>
    </message>
    <message>
        <location filename="../controllers/prompt_words.py" line="26"/>
        <source>box on slice {0}</source>
        <translation>层面 {0} 上的框</translation>
    </message>
    <message>
        <location filename="../controllers/prompt_words.py" line="26"/>
        <source>box</source>
        <translation>框</translation>
    </message>
    <message>
        <location filename="../controllers/prompt_words.py" line="32"/>
        <source>change of points on slice {0}</source>
        <translation>更改层面 {0} 上的点</translation>
    </message>
    <message>
        <location filename="../controllers/prompt_words.py" line="32"/>
        <source>change of points</source>
        <translation>更改点</translation>
    </message>
    <message>
        <location filename="../controllers/prompt_words.py" line="38"/>
        <source>change of box on slice {0}</source>
        <translation>更改层面 {0} 上的框</translation>
    </message>
    <message>
        <location filename="../controllers/prompt_words.py" line="38"/>
        <source>change of box</source>
        <translation>更改框</translation>
    </message>
    <message>
        <location filename="../controllers/prompt_words.py" line="49"/>
        <source>delete points on slice {0}</source>
        <translation>删除层面 {0} 上的点</translation>
    </message>
    <message>
        <location filename="../controllers/prompt_words.py" line="49"/>
        <source>delete points</source>
        <translation>删除点</translation>
    </message>
    <message>
        <location filename="../controllers/prompt_words.py" line="55"/>
        <source>delete box on slice {0}</source>
        <translation>删除层面 {0} 上的框</translation>
    </message>
    <message>
        <location filename="../controllers/prompt_words.py" line="55"/>
        <source>delete box</source>
        <translation>删除框</translation>
    </message>
    <message>
        <location filename="../controllers/prompt_words.py" line="63"/>
        <source>The model found nothing at the points on slice {0}.</source>
        <translation>模型在层面 {0} 上的点处没有发现目标。</translation>
    </message>
    <message>
        <location filename="../controllers/prompt_words.py" line="63"/>
        <source>The model found nothing at the points.</source>
        <translation>模型在点处没有发现目标。</translation>
    </message>
    <message>
        <location filename="../controllers/prompt_words.py" line="70"/>
        <source>The model found nothing in the box on slice {0}.</source>
        <translation>模型在层面 {0} 上的框内没有发现目标。</translation>
    </message>
    <message>
        <location filename="../controllers/prompt_words.py" line="70"/>
        <source>The model found nothing in the box.</source>
        <translation>模型在框内没有发现目标。</translation>
    </message>
    <message>
        <location filename="../controllers/prompt_words.py" line="78"/>
        <source>If something is there, use its guess.</source>
        <translation>如果确有目标，可使用其推测结果。</translation>
    </message>
    <message>
        <location filename="../controllers/prompt_words.py" line="86"/>
        <source>Quality {0}</source>
        <translation>质量 {0}</translation>
    </message>
    <message>
        <location filename="../controllers/prompt_words.py" line="88"/>
        <source>Quality {0}, candidates agree {1} %</source>
        <translation>质量 {0}，各候选一致 {1} %</translation>
    </message>
</context>
<context>
    <name>ResultPage</name>
    <message>
        <location filename="../panels/adapt_pages.py" line="171"/>
        <source>Label</source>
        <translation>标签</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="172"/>
        <source>Outlines</source>
        <translation>轮廓数</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="173"/>
        <source>Before</source>
        <translation>之前</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="174"/>
        <source>After</source>
        <translation>之后</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="175"/>
        <source>Change</source>
        <translation>变化</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="177"/>
        <source>Scores before and after</source>
        <translation>学习前后的得分</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="180"/>
        <source>Save elsewhere…</source>
        <translation>保存到其他位置…</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="184"/>
        <source>Keep the present one</source>
        <translation>保留当前模型</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="186"/>
        <source>Use the adapted model</source>
        <translation>使用适配后的模型</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="213"/>
        <source>The adapted model is better: Dice {0}</source>
        <translation>适配后的模型更好：Dice {0}</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="215"/>
        <source>The adapted model is no better: Dice {0}</source>
        <translation>适配后的模型没有更好：Dice {0}</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="217"/>
        <source>The adapted model is worse: Dice {0}</source>
        <translation>适配后的模型更差：Dice {0}</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="234"/>
        <source>Keep the present one. More cases, more time or other cases may help; nothing was changed.</source>
        <translation>建议保留当前模型。更多病例、更长时间或其他病例可能会有帮助；没有任何内容被更改。</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="239"/>
        <source>It is better on the whole, but worse for: {0}.</source>
        <translation>总体上更好，但以下标签变差：{0}。</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="242"/>
        <source>You can go back to the present one at any time, with one click in the menu Model.</source>
        <translation>您可以随时在“模型”菜单中一键返回当前模型。</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="251"/>
        <source>Dice is 1 where the outline is yours to the pixel and 0 where nothing overlaps.</source>
        <translation>Dice 为 1 表示轮廓与您的完全一致，为 0 表示没有任何重叠。</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="254"/>
        <source>Cases were told apart by file. Pictures of one patient on both sides make the scores look better than they are.</source>
        <translation>病例按文件区分。若同一患者的图片既用于学习又用于测试，得分会显得偏高。</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="262"/>
        <source>Left out:</source>
        <translation>未采用：</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="265"/>
        <source>And {0} more.</source>
        <translation>另有 {0} 个。</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="272"/>
        <source>All outlines</source>
        <translation>全部轮廓</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="247"/>
        <source>Tested on outlines that it did not learn from: {0}, in cases: {1}. Better than before: {2}, worse: {3}.</source>
        <translation>在未参与学习的轮廓上测试：{0} 个，病例：{1} 个。比之前更好：{2}，更差：{3}。</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="241"/>
        <source>It was tested on few outlines only, so try it out before you rely on it.</source>
        <translation>只在少量轮廓上测试过，请先试用再依赖它。</translation>
    </message>
    <message>
        <location filename="../panels/adapt_pages.py" line="181"/>
        <source>Put it into a folder of your choice and use it from there</source>
        <translation>放入您选择的文件夹，并从那里使用</translation>
    </message>
</context>
<context>
    <name>Rule</name>
    <message>
        <location filename="../panels/rule_control.py" line="48"/>
        <source>Only inside {0}</source>
        <translation>仅在 {0} 内</translation>
    </message>
    <message>
        <location filename="../panels/rule_control.py" line="50"/>
        <source>Only unlabelled voxels</source>
        <translation>仅未标注的体素</translation>
    </message>
    <message>
        <location filename="../panels/rule_control.py" line="52"/>
        <source>Everything unlocked</source>
        <translation>所有未锁定的内容</translation>
    </message>
    <message>
        <location filename="../panels/rule_control.py" line="59"/>
        <source>Only values {0}</source>
        <translation>仅数值 {0}</translation>
    </message>
</context>
<context>
    <name>RuleButton</name>
    <message>
        <location filename="../panels/rule_control.py" line="277"/>
        <source>Paint over: {0}</source>
        <translation>可覆盖：{0}</translation>
    </message>
    <message>
        <location filename="../panels/rule_control.py" line="278"/>
        <source>Paint over: all unlocked</source>
        <translation>可覆盖：所有未锁定</translation>
    </message>
    <message>
        <location filename="../panels/rule_control.py" line="280"/>
        <source>{0}. Click to choose what tools and the network may paint over</source>
        <translation>{0}。单击选择工具和网络可以覆盖什么</translation>
    </message>
</context>
<context>
    <name>RuleCard</name>
    <message>
        <location filename="../panels/rule_control.py" line="82"/>
        <source>What may be painted over</source>
        <translation>可以覆盖什么</translation>
    </message>
    <message>
        <location filename="../panels/rule_control.py" line="83"/>
        <source>&amp;Everything that is not locked</source>
        <translation>所有未锁定的内容(&amp;E)</translation>
    </message>
    <message>
        <location filename="../panels/rule_control.py" line="84"/>
        <source>Only voxels &amp;without a label</source>
        <translation>仅没有标签的体素(&amp;W)</translation>
    </message>
    <message>
        <location filename="../panels/rule_control.py" line="85"/>
        <source>Only &amp;inside</source>
        <translation>仅在标签内(&amp;I)</translation>
    </message>
    <message>
        <location filename="../panels/rule_control.py" line="90"/>
        <source>Label to stay inside</source>
        <translation>须在其内的标签</translation>
    </message>
    <message>
        <location filename="../panels/rule_control.py" line="93"/>
        <source>Only &amp;values from</source>
        <translation>仅数值从(&amp;V)</translation>
    </message>
    <message>
        <location filename="../panels/rule_control.py" line="94"/>
        <source>Lowest value</source>
        <translation>最低值</translation>
    </message>
    <message>
        <location filename="../panels/rule_control.py" line="94"/>
        <source>Highest value</source>
        <translation>最高值</translation>
    </message>
    <message>
        <location filename="../panels/rule_control.py" line="96"/>
        <source>As the &amp;window shows</source>
        <translation>按当前窗(&amp;W)</translation>
    </message>
    <message>
        <location filename="../panels/rule_control.py" line="97"/>
        <source>&amp;No limits</source>
        <translation>无限制(&amp;N)</translation>
    </message>
    <message>
        <location filename="../panels/rule_control.py" line="152"/>
        <source>Choose &quot;Only inside&quot; first.</source>
        <translation>请先选择“仅在标签内”。</translation>
    </message>
    <message>
        <location filename="../panels/rule_control.py" line="153"/>
        <source>Tick &quot;Only values&quot; first.</source>
        <translation>请先勾选“仅数值”。</translation>
    </message>
    <message>
        <location filename="../panels/rule_control.py" line="157"/>
        <source>A colour picture has no window.</source>
        <translation>彩色图片没有窗。</translation>
    </message>
    <message>
        <location filename="../panels/rule_control.py" line="158"/>
        <source>The values that are neither black nor white</source>
        <translation>既非全黑也非全白的数值</translation>
    </message>
    <message>
        <location filename="../panels/rule_control.py" line="161"/>
        <source>There are no limits now.</source>
        <translation>现在没有限制。</translation>
    </message>
    <message>
        <location filename="../panels/rule_control.py" line="178"/>
        <source>Paint over</source>
        <translation>可覆盖</translation>
    </message>
    <message>
        <location filename="../panels/rule_control.py" line="184"/>
        <source>to</source>
        <translation>到</translation>
    </message>
</context>
<context>
    <name>RuleChip</name>
    <message>
        <location filename="../panels/rule_control.py" line="320"/>
        <source>Paint without limits again</source>
        <translation>恢复无限制涂画</translation>
    </message>
</context>
<context>
    <name>RulerController</name>
    <message>
        <location filename="../controllers/rulers.py" line="40"/>
        <source>delete angle</source>
        <translation>删除角度</translation>
    </message>
    <message>
        <location filename="../controllers/rulers.py" line="40"/>
        <source>delete ruler</source>
        <translation>删除标尺</translation>
    </message>
    <message>
        <location filename="../controllers/rulers.py" line="70"/>
        <source>change angle</source>
        <translation>更改角度</translation>
    </message>
    <message>
        <location filename="../controllers/rulers.py" line="70"/>
        <source>change ruler</source>
        <translation>更改标尺</translation>
    </message>
    <message>
        <location filename="../controllers/rulers.py" line="86"/>
        <source>angle</source>
        <translation>角度</translation>
    </message>
    <message>
        <location filename="../controllers/rulers.py" line="86"/>
        <source>ruler</source>
        <translation>标尺</translation>
    </message>
</context>
<context>
    <name>RulerModel</name>
    <message>
        <location filename="../panels/measure_model.py" line="285"/>
        <source>Ruler</source>
        <translation>标尺</translation>
    </message>
    <message>
        <location filename="../panels/measure_model.py" line="285"/>
        <source>Measure</source>
        <translation>测量</translation>
    </message>
    <message>
        <location filename="../panels/measure_model.py" line="285"/>
        <source>Slice</source>
        <translation>层面</translation>
    </message>
    <message>
        <location filename="../panels/measure_model.py" line="298"/>
        <source>Double-click or Enter to go there, Del to delete</source>
        <translation>双击或回车转到该处，Del 删除</translation>
    </message>
    <message>
        <location filename="../panels/measure_model.py" line="302"/>
        <source>Angle {0}</source>
        <translation>角度 {0}</translation>
    </message>
    <message>
        <location filename="../panels/measure_model.py" line="302"/>
        <source>Length {0}</source>
        <translation>长度 {0}</translation>
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
        <location filename="../controllers/saving.py" line="139"/>
        <source>Load a mask of this image</source>
        <translation>载入该图像的掩膜</translation>
    </message>
    <message>
        <location filename="../controllers/saving.py" line="151"/>
        <source>load {0}</source>
        <translation>载入 {0}</translation>
    </message>
    <message>
        <location filename="../controllers/saving.py" line="164"/>
        <source>Loading {0}</source>
        <translation>正在载入 {0}</translation>
    </message>
    <message>
        <location filename="../controllers/saving.py" line="195"/>
        <source>Save as…</source>
        <translation>另存为…</translation>
    </message>
    <message>
        <location filename="../controllers/saving.py" line="199"/>
        <source>Saving {0} and reading it back</source>
        <translation>正在保存 {0} 并回读校验</translation>
    </message>
    <message>
        <location filename="../controllers/saving.py" line="217"/>
        <source>Save the mask</source>
        <translation>保存掩膜</translation>
    </message>
    <message>
        <location filename="../controllers/saving.py" line="229"/>
        <source>Masks</source>
        <translation>掩膜</translation>
    </message>
    <message>
        <location filename="../controllers/saving.py" line="235"/>
        <source>Unsaved mask</source>
        <translation>掩膜未保存</translation>
    </message>
    <message>
        <location filename="../controllers/saving.py" line="236"/>
        <source>The mask of {0} has changes that are not saved.</source>
        <translation>{0} 的掩膜有未保存的更改。</translation>
    </message>
    <message>
        <location filename="../controllers/saving.py" line="245"/>
        <source>Don&apos;t save</source>
        <translation>不保存</translation>
    </message>
    <message>
        <location filename="../controllers/saving.py" line="239"/>
        <source>Kept for later, the work with all its steps is here again when the image is opened.</source>
        <translation>留待以后：下次打开该图像时，工作及其所有步骤都会恢复。</translation>
    </message>
    <message>
        <location filename="../controllers/saving.py" line="242"/>
        <source>Save mask</source>
        <translation>保存掩膜</translation>
    </message>
    <message>
        <location filename="../controllers/saving.py" line="243"/>
        <source>Keep for later</source>
        <translation>留待以后</translation>
    </message>
</context>
<context>
    <name>ScopeChoice</name>
    <message>
        <location filename="../panels/options_shapes.py" line="38"/>
        <source>This slice</source>
        <translation>本层面</translation>
    </message>
    <message>
        <location filename="../panels/options_shapes.py" line="26"/>
        <source>Volume</source>
        <translation>整个体积</translation>
    </message>
    <message>
        <location filename="../panels/options_shapes.py" line="27"/>
        <source>Slice or volume</source>
        <translation>层面或体积</translation>
    </message>
    <message>
        <location filename="../panels/options_shapes.py" line="38"/>
        <source>This slice ({0})</source>
        <translation>本层面（{0}）</translation>
    </message>
    <message>
        <location filename="../panels/options_shapes.py" line="43"/>
        <source>Work on the slice in view, or through all slices</source>
        <translation>作用于所见层面，或所有层面</translation>
    </message>
    <message>
        <location filename="../panels/options_shapes.py" line="43"/>
        <source>This image has only one slice.</source>
        <translation>该图像只有一个层面。</translation>
    </message>
</context>
<context>
    <name>SegmentationController</name>
    <message>
        <location filename="../controllers/segmentation.py" line="263"/>
        <source>Drag adjusts; Ctrl + drag draws a new box</source>
        <translation>拖动可调整；Ctrl + 拖动可画新框</translation>
    </message>
    <message>
        <location filename="../controllers/segmentation.py" line="102"/>
        <source>show label</source>
        <translation>显示标签</translation>
    </message>
    <message>
        <location filename="../controllers/segmentation.py" line="323"/>
        <source>No object is selected.</source>
        <translation>没有选中目标。</translation>
    </message>
    <message>
        <location filename="../controllers/segmentation.py" line="267"/>
        <source>Drag moves the point; a click with the other button removes it</source>
        <translation>拖动可移动点；用另一按键单击可移除</translation>
    </message>
</context>
<context>
    <name>SeriesDialog</name>
    <message>
        <location filename="../panels/series_dialog.py" line="29"/>
        <source>Choose a series</source>
        <translation>选择序列</translation>
    </message>
    <message>
        <location filename="../panels/series_dialog.py" line="57"/>
        <source>Description</source>
        <translation>描述</translation>
    </message>
    <message>
        <location filename="../panels/series_dialog.py" line="57"/>
        <source>Modality</source>
        <translation>模态</translation>
    </message>
    <message>
        <location filename="../panels/series_dialog.py" line="57"/>
        <source>Images</source>
        <translation>图像数</translation>
    </message>
    <message>
        <location filename="../panels/series_dialog.py" line="57"/>
        <source>Remarks</source>
        <translation>备注</translation>
    </message>
    <message>
        <location filename="../panels/series_dialog.py" line="61"/>
        <source>Image series</source>
        <translation>图像序列</translation>
    </message>
    <message>
        <location filename="../panels/series_dialog.py" line="72"/>
        <source>see below</source>
        <translation>见下方</translation>
    </message>
    <message>
        <location filename="../panels/series_dialog.py" line="31"/>
        <source>{0} holds {1} series. Which one?</source>
        <translation>{0} 包含 {1} 个序列。打开哪一个？</translation>
    </message>
</context>
<context>
    <name>SlicePane</name>
    <message>
        <location filename="../panels/view_area.py" line="32"/>
        <source>Prepare every slice of this plane</source>
        <translation>预处理此平面的所有层面</translation>
    </message>
</context>
<context>
    <name>SliceStates</name>
    <message>
        <location filename="../controllers/slices.py" line="97"/>
        <source>Preparing this slice…</source>
        <translation>正在准备此层面…</translation>
    </message>
</context>
<context>
    <name>SliceStrip</name>
    <message>
        <location filename="../canvas/slice_strip.py" line="378"/>
        <source>Slice</source>
        <translation>层面</translation>
    </message>
    <message>
        <location filename="../canvas/slice_strip.py" line="271"/>
        <source>has a mask</source>
        <translation>有掩膜</translation>
    </message>
    <message>
        <location filename="../canvas/slice_strip.py" line="271"/>
        <source>no mask</source>
        <translation>无掩膜</translation>
    </message>
    <message>
        <location filename="../canvas/slice_strip.py" line="273"/>
        <source>Slice {number} of {count}: {mask}</source>
        <translation>层面 {number}/{count}：{mask}</translation>
    </message>
    <message>
        <location filename="../canvas/slice_strip.py" line="274"/>
        <source>Marks above the line: slices with a mask.</source>
        <translation>线上方标记：有掩膜的层面。</translation>
    </message>
    <message>
        <location filename="../canvas/slice_strip.py" line="276"/>
        <source>Slice {number} of {count}: {state}, {mask}</source>
        <translation>层面 {number}/{count}：{state}，{mask}</translation>
    </message>
    <message>
        <location filename="../canvas/slice_strip.py" line="277"/>
        <source>Upper marks: slices with a mask. Lower bar: full = encoded, hatched = waiting.</source>
        <translation>上方标记：有掩膜的层面。下方条：实心 = 已编码，斜线 = 等待。</translation>
    </message>
    <message>
        <location filename="../canvas/slice_strip.py" line="284"/>
        <source>not encoded</source>
        <translation>未编码</translation>
    </message>
    <message>
        <location filename="../canvas/slice_strip.py" line="285"/>
        <source>waiting to be encoded</source>
        <translation>等待编码</translation>
    </message>
    <message>
        <location filename="../canvas/slice_strip.py" line="286"/>
        <source>being encoded</source>
        <translation>正在编码</translation>
    </message>
    <message>
        <location filename="../canvas/slice_strip.py" line="287"/>
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
        <location filename="../canvas/captions.py" line="56"/>
        <source>Slice view, empty</source>
        <translation>层面视图，空</translation>
    </message>
    <message>
        <location filename="../canvas/captions.py" line="57"/>
        <source>{plane} slice view</source>
        <translation>{plane}层面视图</translation>
    </message>
    <message>
        <location filename="../canvas/captions.py" line="58"/>
        <source>Slice {number} of {count}</source>
        <translation>层面 {number}/{count}</translation>
    </message>
    <message>
        <location filename="../canvas/captions.py" line="64"/>
        <source>Open or drop a scan here</source>
        <translation>打开影像或将其拖放到此处</translation>
    </message>
</context>
<context>
    <name>SpeedController</name>
    <message>
        <location filename="../controllers/speed.py" line="85"/>
        <source>Delete the encoded slices</source>
        <translation>删除已编码的层面</translation>
    </message>
    <message>
        <location filename="../controllers/speed.py" line="86"/>
        <source>Delete every encoded slice on the disk?</source>
        <translation>要删除磁盘上所有已编码的层面吗？</translation>
    </message>
    <message>
        <location filename="../controllers/speed.py" line="87"/>
        <source>Images, masks and models stay. Slices are encoded again when they are needed.</source>
        <translation>图像、掩膜和模型会保留。需要时会重新编码。</translation>
    </message>
    <message>
        <location filename="../controllers/speed.py" line="91"/>
        <source>Delete all</source>
        <translation>全部删除</translation>
    </message>
</context>
<context>
    <name>SpeedPage</name>
    <message>
        <location filename="../panels/preferences_speed.py" line="82"/>
        <source>This processor does not compute it.</source>
        <translation>此处理器不支持该计算方式。</translation>
    </message>
    <message>
        <location filename="../panels/preferences_speed.py" line="108"/>
        <source>{0} slices, {1}</source>
        <translation>{0} 个层面，{1}</translation>
    </message>
    <message>
        <location filename="../panels/preferences_speed.py" line="110"/>
        <source>nothing</source>
        <translation>无</translation>
    </message>
    <message>
        <location filename="../panels/preferences_speed.py" line="113"/>
        <source>There is nothing to delete.</source>
        <translation>没有可删除的内容。</translation>
    </message>
    <message>
        <location filename="../panels/preferences_speed.py" line="114"/>
        <source>The latest slice could not be kept: {0}.</source>
        <translation>最近的层面无法保留：{0}。</translation>
    </message>
    <message>
        <location filename="../panels/preferences_speed.py" line="127"/>
        <source>Precision of the model</source>
        <translation>模型精度</translation>
    </message>
    <message>
        <location filename="../panels/preferences_speed.py" line="149"/>
        <source>Encoding ahead</source>
        <translation>提前编码</translation>
    </message>
    <message>
        <location filename="../panels/preferences_speed.py" line="150"/>
        <source>Encode the &amp;rest of the slices while nothing else is done</source>
        <translation>空闲时编码其余层面(&amp;R)</translation>
    </message>
    <message>
        <location filename="../panels/preferences_speed.py" line="152"/>
        <source>For the plane in view, where all its slices fit the limit below. It stops at once when you do anything.</source>
        <translation>适用于当前平面，且其全部层面不超过下方限额时。您一操作即停止。</translation>
    </message>
    <message>
        <location filename="../panels/preferences_speed.py" line="177"/>
        <source>Encoded slices on the disk</source>
        <translation>磁盘上已编码的层面</translation>
    </message>
    <message>
        <location filename="../panels/preferences_speed.py" line="178"/>
        <source>Masks on these appear without waiting, also after the image was opened again.</source>
        <translation>这些层面上的掩膜无需等待，重新打开图像后也是如此。</translation>
    </message>
    <message>
        <location filename="../panels/preferences_speed.py" line="188"/>
        <source>&amp;Open folder</source>
        <translation>打开文件夹(&amp;O)</translation>
    </message>
    <message>
        <location filename="../panels/preferences_speed.py" line="190"/>
        <source>…</source>
        <translation>…</translation>
    </message>
    <message>
        <location filename="../panels/preferences_speed.py" line="191"/>
        <source>&amp;Delete all…</source>
        <translation>全部删除(&amp;D)…</translation>
    </message>
    <message>
        <location filename="../panels/preferences_speed.py" line="197"/>
        <source> GB</source>
        <translation> GB</translation>
    </message>
    <message>
        <location filename="../panels/preferences_speed.py" line="198"/>
        <source>keep none</source>
        <translation>不保留</translation>
    </message>
    <message>
        <location filename="../panels/preferences_speed.py" line="200"/>
        <source>Limit of the encoded slices on the disk</source>
        <translation>磁盘上已编码层面的限额</translation>
    </message>
    <message>
        <location filename="../panels/preferences_speed.py" line="202"/>
        <source>&amp;Limit:</source>
        <translation>限额(&amp;L)：</translation>
    </message>
    <message>
        <location filename="../panels/preferences_speed.py" line="204"/>
        <source>Folder:</source>
        <translation>文件夹：</translation>
    </message>
    <message>
        <location filename="../panels/preferences_speed.py" line="207"/>
        <source>Holds:</source>
        <translation>已占用：</translation>
    </message>
    <message>
        <location filename="../panels/preferences_speed.py" line="213"/>
        <source>When it is full, the slices used longest ago go first.</source>
        <translation>存满后，最久未用的层面先删除。</translation>
    </message>
    <message>
        <location filename="../panels/preferences_speed.py" line="96"/>
        <source>The battery is at {0} %: just now only the slice in view is encoded ahead.</source>
        <translation>电池电量为 {0}%：目前只预先编码当前显示的切片。</translation>
    </message>
    <message>
        <location filename="../panels/preferences_speed.py" line="99"/>
        <source>Without mains only the slice in view is then encoded ahead. Prepare goes on.</source>
        <translation>未接电源时，届时只预先编码当前显示的切片。“准备”会继续进行。</translation>
    </message>
    <message>
        <location filename="../panels/preferences_speed.py" line="164"/>
        <source>S&amp;pare the battery when it is below {0} %</source>
        <translation>电量低于 {0}% 时节省电池(&amp;P)</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <location filename="../panels/status.py" line="55"/>
        <source>Position under the mouse in mm</source>
        <translation>鼠标处位置 (mm)</translation>
    </message>
    <message>
        <location filename="../panels/status.py" line="56"/>
        <source>Voxel under the mouse</source>
        <translation>鼠标处体素</translation>
    </message>
    <message>
        <location filename="../panels/status.py" line="57"/>
        <source>Raw value under the mouse</source>
        <translation>鼠标处原始值</translation>
    </message>
    <message>
        <location filename="../panels/status.py" line="58"/>
        <source>Label under the mouse</source>
        <translation>鼠标处标签</translation>
    </message>
    <message>
        <location filename="../panels/status.py" line="66"/>
        <source>Progress of the engine</source>
        <translation>引擎进度</translation>
    </message>
</context>
<context>
    <name>TaskRow</name>
    <message>
        <location filename="../panels/banners.py" line="213"/>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>UndecidedPrompts</name>
    <message>
        <location filename="../controllers/undecided.py" line="47"/>
        <source>A mask in {0} waits to be accepted.</source>
        <translation>{0} 中有一个掩膜等待接受。</translation>
    </message>
    <message>
        <location filename="../controllers/undecided.py" line="49"/>
        <source>{0} masks in {1} wait to be accepted.</source>
        <translation>{1} 中有 {0} 个掩膜等待接受。</translation>
    </message>
    <message>
        <location filename="../controllers/undecided.py" line="50"/>
        <source>Accept</source>
        <translation>接受</translation>
    </message>
    <message>
        <location filename="../controllers/undecided.py" line="50"/>
        <source>Reject</source>
        <translation>拒绝</translation>
    </message>
    <message>
        <location filename="../controllers/undecided.py" line="62"/>
        <source>Boxes or points in {0} have no mask yet.</source>
        <translation>{0} 中的框或点还没有掩膜。</translation>
    </message>
    <message>
        <location filename="../controllers/undecided.py" line="63"/>
        <source>Go on without them</source>
        <translation>不等待，继续</translation>
    </message>
    <message>
        <location filename="../controllers/undecided.py" line="72"/>
        <source>Unfinished prompts</source>
        <translation>未完成的提示</translation>
    </message>
</context>
<context>
    <name>UndoModel</name>
    <message>
        <location filename="../undo_model.py" line="116"/>
        <source>&amp;Undo {0}</source>
        <translation>撤销 {0}(&amp;U)</translation>
    </message>
    <message>
        <location filename="../undo_model.py" line="119"/>
        <source>&amp;Redo {0}</source>
        <translation>重做 {0}(&amp;R)</translation>
    </message>
</context>
<context>
    <name>ViewController</name>
    <message>
        <location filename="../controllers/view.py" line="300"/>
        <source>Open an image first.</source>
        <translation>请先打开图像。</translation>
    </message>
    <message>
        <location filename="../controllers/view.py" line="302"/>
        <source>A colour picture has no window.</source>
        <translation>彩色图片没有窗宽窗位。</translation>
    </message>
    <message>
        <location filename="../controllers/view.py" line="306"/>
        <source>Presets are Hounsfield windows, for CT only.</source>
        <translation>预设以 HU 为单位，仅适用于 CT。</translation>
    </message>
    <message>
        <location filename="../controllers/view.py" line="313"/>
        <source>This image has only one plane.</source>
        <translation>该图像只有一个平面。</translation>
    </message>
</context>
<context>
    <name>WandController</name>
    <message>
        <location filename="../controllers/wand.py" line="255"/>
        <source>growing through the volume…</source>
        <translation>正在整个体积中生长…</translation>
    </message>
    <message>
        <location filename="../controllers/wand.py" line="260"/>
        <source>{0} mL</source>
        <translation>{0} mL</translation>
    </message>
    <message>
        <location filename="../controllers/wand.py" line="262"/>
        <source>{0} px</source>
        <translation>{0} 像素</translation>
    </message>
    <message>
        <location filename="../controllers/wand.py" line="265"/>
        <source>{0} mm²</source>
        <translation>{0} mm²</translation>
    </message>
    <message>
        <location filename="../controllers/wand.py" line="267"/>
        <source>cut off at the radius</source>
        <translation>在半径处截断</translation>
    </message>
    <message>
        <location filename="../controllers/wand.py" line="278"/>
        <source>The labels changed meanwhile; press again.</source>
        <translation>标签在此期间有变化；请重新按下。</translation>
    </message>
    <message>
        <location filename="../controllers/wand.py" line="281"/>
        <source>erase by magic wand</source>
        <translation>用魔棒擦除</translation>
    </message>
    <message>
        <location filename="../controllers/wand.py" line="281"/>
        <source>magic wand</source>
        <translation>魔棒</translation>
    </message>
    <message>
        <location filename="../controllers/wand.py" line="296"/>
        <source>The region holds nothing of the active label that may be erased.</source>
        <translation>该区域内没有当前标签可擦除的部分。</translation>
    </message>
    <message>
        <location filename="../controllers/wand.py" line="298"/>
        <source>The region holds no voxel that may be painted.</source>
        <translation>该区域内没有可涂画的体素。</translation>
    </message>
    <message>
        <location filename="../controllers/wand.py" line="257"/>
        <source>may not be painted here</source>
        <translation>此处不可涂画</translation>
    </message>
</context>
<context>
    <name>WandOptions</name>
    <message>
        <location filename="../panels/options_shapes.py" line="129"/>
        <source>How far a value may lie from the one under the mouse</source>
        <translation>数值与鼠标下的值相差多少仍算在内</translation>
    </message>
    <message>
        <location filename="../panels/options_shapes.py" line="130"/>
        <source>Tolerance of the magic wand</source>
        <translation>魔棒的容差</translation>
    </message>
    <message>
        <location filename="../panels/options_shapes.py" line="138"/>
        <source>The region goes no further than this from where you press</source>
        <translation>区域距按下处不会超过此距离</translation>
    </message>
    <message>
        <location filename="../panels/options_shapes.py" line="139"/>
        <source>Largest distance from the seed</source>
        <translation>距种子点的最大距离</translation>
    </message>
    <message>
        <location filename="../panels/options_shapes.py" line="144"/>
        <source>&amp;Tolerance</source>
        <translation>容差(&amp;T)</translation>
    </message>
    <message>
        <location filename="../panels/options_shapes.py" line="146"/>
        <source>Wit&amp;hin</source>
        <translation>半径(&amp;H)</translation>
    </message>
    <message>
        <location filename="../panels/options_shapes.py" line="147"/>
        <source>I&amp;n</source>
        <translation>范围(&amp;N)</translation>
    </message>
    <message>
        <location filename="../panels/options_shapes.py" line="149"/>
        <source>Press on the object; drag left or right, or turn the wheel, to tune; release.  Ctrl: erase.</source>
        <translation>在目标上按下；左右拖动或转动滚轮调节；松开完成。Ctrl：擦除。</translation>
    </message>
    <message>
        <location filename="../panels/options_shapes.py" line="140"/>
        <source>&amp;Even out noise</source>
        <translation>抑制噪声(&amp;E)</translation>
    </message>
    <message>
        <location filename="../panels/options_shapes.py" line="142"/>
        <source>Compare values without their noise and fill the holes of the region</source>
        <translation>比较数值时忽略噪声，并填充区域内的孔洞</translation>
    </message>
    <message>
        <location filename="../panels/options_shapes.py" line="131"/>
        <source>A&amp;uto</source>
        <translation>自动(&amp;U)</translation>
    </message>
    <message>
        <location filename="../panels/options_shapes.py" line="133"/>
        <source>Begin with what the noise around the place you press asks for</source>
        <translation>从按下位置周围噪声所要求的容差开始</translation>
    </message>
</context>
<context>
    <name>WelcomePage</name>
    <message>
        <location filename="../panels/welcome.py" line="41"/>
        <source>Open…</source>
        <translation>打开…</translation>
    </message>
    <message>
        <location filename="../panels/welcome.py" line="44"/>
        <source>Open folder…</source>
        <translation>打开文件夹…</translation>
    </message>
    <message>
        <location filename="../panels/welcome.py" line="46"/>
        <source>Open sample</source>
        <translation>打开示例</translation>
    </message>
    <message>
        <location filename="../panels/welcome.py" line="51"/>
        <source>Recent</source>
        <translation>最近打开</translation>
    </message>
    <message>
        <location filename="../panels/welcome.py" line="84"/>
        <source>Open {0}</source>
        <translation>打开 {0}</translation>
    </message>
    <message>
        <location filename="../panels/welcome.py" line="92"/>
        <source>Open a scan to begin</source>
        <translation>打开影像，开始标注</translation>
    </message>
    <message>
        <location filename="../panels/welcome.py" line="94"/>
        <source>or drop a scan, a picture or a DICOM folder here</source>
        <translation>或将影像、图片或 DICOM 文件夹拖放到此处</translation>
    </message>
    <message>
        <location filename="../panels/welcome.py" line="96"/>
        <source>Research use. Not a medical device.</source>
        <translation>仅供研究使用，不是医疗器械。</translation>
    </message>
    <message>
        <location filename="../worklist_parts.py" line="34"/>
        <source>Work through many cases…</source>
        <translation>逐个处理大量病例…</translation>
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
<context>
    <name>Worklist</name>
    <message>
        <location filename="../panels/worklist_words.py" line="23"/>
        <source>Not started</source>
        <translation>未开始</translation>
    </message>
    <message>
        <location filename="../panels/worklist_words.py" line="24"/>
        <source>In progress</source>
        <translation>进行中</translation>
    </message>
    <message>
        <location filename="../panels/worklist_words.py" line="25"/>
        <source>Done</source>
        <translation>已完成</translation>
    </message>
    <message>
        <location filename="../panels/worklist_words.py" line="26"/>
        <source>Flagged</source>
        <translation>已标记</translation>
    </message>
    <message>
        <location filename="../panels/worklist_words.py" line="44"/>
        <source>{0} min</source>
        <translation>{0} 分钟</translation>
    </message>
    <message>
        <location filename="../panels/worklist_words.py" line="45"/>
        <source>{0} h</source>
        <translation>{0} 小时</translation>
    </message>
    <message>
        <location filename="../panels/worklist_words.py" line="50"/>
        <source>{0} of {1} done</source>
        <translation>已完成 {0} / {1}</translation>
    </message>
    <message>
        <location filename="../panels/worklist_words.py" line="52"/>
        <source>{0}, {1} flagged</source>
        <translation>{0}，{1} 个已标记</translation>
    </message>
    <message>
        <location filename="../panels/worklist_words.py" line="54"/>
        <source>{0} · {1}</source>
        <translation>{0} · {1}</translation>
    </message>
    <message>
        <location filename="../panels/worklist_words.py" line="56"/>
        <source>{0}, about {1} left</source>
        <translation>{0}，约剩 {1}</translation>
    </message>
    <message>
        <location filename="../controllers/worklist_scan.py" line="104"/>
        <source>{0} cannot be listed: {1}. Ask for the right to read it.</source>
        <translation>无法列出 {0}：{1}。请申请读取权限。</translation>
    </message>
    <message>
        <location filename="../controllers/worklist_scan.py" line="155"/>
        <source>A worklist needs images; there is none in {0} or below. Choose another folder.</source>
        <translation>病例列表需要图像；{0} 及其下没有图像。请选择其他文件夹。</translation>
    </message>
    <message>
        <location filename="../controllers/worklist_scan.py" line="166"/>
        <source>Files that are named like images cannot be read, and are no cases: {0}.</source>
        <translation>以下文件的名称像图像，但无法读取，不作为病例：{0}。</translation>
    </message>
    <message>
        <location filename="../controllers/worklist_scan.py" line="224"/>
        <source>There is no file or folder named {0}. Check the name and where it lies.</source>
        <translation>没有名为 {0} 的文件或文件夹。请检查名称和位置。</translation>
    </message>
    <message>
        <location filename="../controllers/worklist_scan.py" line="236"/>
        <source>A worklist needs images; none of {0} is there. Check whether they were moved.</source>
        <translation>病例列表需要图像；{0} 中的图像均不存在。请检查是否已移动。</translation>
    </message>
</context>
<context>
    <name>WorklistController</name>
    <message>
        <location filename="../controllers/worklist.py" line="205"/>
        <source>Nothing is left to do: {0} cases are done, {1} flagged.</source>
        <translation>已全部处理：完成 {0} 个病例，标记 {1} 个。</translation>
    </message>
    <message>
        <location filename="../controllers/worklist.py" line="211"/>
        <source>There is no further case in the list that way.</source>
        <translation>列表在该方向上没有更多病例。</translation>
    </message>
    <message>
        <location filename="../controllers/worklist.py" line="229"/>
        <source>{0} is not there any more.</source>
        <translation>{0} 已不存在。</translation>
    </message>
    <message>
        <location filename="../controllers/worklist.py" line="388"/>
        <source>Open a list of cases first.</source>
        <translation>请先打开病例列表。</translation>
    </message>
    <message>
        <location filename="../controllers/worklist.py" line="391"/>
        <source>Open a case of the list first.</source>
        <translation>请先打开列表中的病例。</translation>
    </message>
</context>
<context>
    <name>WorklistModel</name>
    <message>
        <location filename="../panels/worklist_model.py" line="77"/>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <location filename="../panels/worklist_model.py" line="77"/>
        <source>Case</source>
        <translation>病例</translation>
    </message>
    <message>
        <location filename="../panels/worklist_model.py" line="77"/>
        <source>Time</source>
        <translation>用时</translation>
    </message>
    <message>
        <location filename="../panels/worklist_model.py" line="77"/>
        <source>Mask</source>
        <translation>掩膜</translation>
    </message>
    <message>
        <location filename="../panels/worklist_model.py" line="143"/>
        <source>Time: {0}</source>
        <translation>用时：{0}</translation>
    </message>
    <message>
        <location filename="../panels/worklist_model.py" line="152"/>
        <source>The file is not there any more</source>
        <translation>文件已不存在</translation>
    </message>
    <message>
        <location filename="../panels/worklist_model.py" line="159"/>
        <source>has a mask</source>
        <translation>有掩膜</translation>
    </message>
    <message>
        <location filename="../panels/worklist_model.py" line="159"/>
        <source>no mask</source>
        <translation>无掩膜</translation>
    </message>
</context>
<context>
    <name>WorklistPanel</name>
    <message>
        <location filename="../panels/worklist.py" line="71"/>
        <source>Finished cases</source>
        <translation>已完成的病例</translation>
    </message>
    <message>
        <location filename="../panels/worklist.py" line="74"/>
        <source>Find…</source>
        <translation>查找…</translation>
    </message>
    <message>
        <location filename="../panels/worklist.py" line="75"/>
        <source>Find a case by its name or note</source>
        <translation>按名称或备注查找病例</translation>
    </message>
    <message>
        <location filename="../panels/worklist.py" line="84"/>
        <source>No case is like that.</source>
        <translation>没有相符的病例。</translation>
    </message>
    <message>
        <location filename="../panels/worklist.py" line="149"/>
        <source>Which cases are shown</source>
        <translation>显示哪些病例</translation>
    </message>
    <message>
        <location filename="../panels/worklist.py" line="150"/>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <location filename="../panels/worklist.py" line="151"/>
        <source>Unfinished</source>
        <translation>未完成</translation>
    </message>
    <message>
        <location filename="../panels/worklist.py" line="159"/>
        <source>Cases</source>
        <translation>病例</translation>
    </message>
    <message>
        <location filename="../panels/worklist.py" line="184"/>
        <source>Work through many cases: a folder of scans or pictures, or a table that lists them. Masks are saved from case to case, and you see how far you are.</source>
        <translation>逐个处理大量病例：一个装有扫描或图片的文件夹，或列出它们的表格。掩膜逐例保存，进度一目了然。</translation>
    </message>
    <message>
        <location filename="../panels/worklist.py" line="256"/>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <location filename="../panels/worklist.py" line="260"/>
        <source>Flag with a note…</source>
        <translation>标记并备注…</translation>
    </message>
    <message>
        <location filename="../panels/worklist.py" line="82"/>
        <source>Note on the selected case</source>
        <translation>对所选病例的备注</translation>
    </message>
    <message>
        <location filename="../panels/worklist.py" line="236"/>
        <source>Flag the case</source>
        <translation>标记病例</translation>
    </message>
    <message>
        <location filename="../panels/worklist.py" line="236"/>
        <source>What is to be clarified about {0}?</source>
        <translation>关于 {0} 有什么需要确认？</translation>
    </message>
</context>
</TS>
