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
        <location filename="../action_specs/help.py" line="50"/>
        <source>&amp;Keys and mouse</source>
        <translation>键盘与鼠标(&amp;K)</translation>
    </message>
    <message>
        <location filename="../action_specs/help.py" line="50"/>
        <source>What keys and mouse do</source>
        <translation>查看键盘和鼠标操作</translation>
    </message>
    <message>
        <location filename="../action_specs/help.py" line="57"/>
        <source>Show the &amp;log</source>
        <translation>查看日志(&amp;L)</translation>
    </message>
    <message>
        <location filename="../action_specs/help.py" line="57"/>
        <source>Open the folder of the log</source>
        <translation>打开日志所在文件夹</translation>
    </message>
    <message>
        <location filename="../action_specs/help.py" line="64"/>
        <source>&amp;About</source>
        <translation>关于(&amp;A)</translation>
    </message>
    <message>
        <location filename="../action_specs/help.py" line="64"/>
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
        <location filename="../action_specs/help.py" line="29"/>
        <source>&amp;Adapt to my annotations…</source>
        <translation>适配我的标注(&amp;A)…</translation>
    </message>
    <message>
        <location filename="../action_specs/help.py" line="29"/>
        <source>Let a copy of the model learn from your own masks</source>
        <translation>让模型的副本学习您自己的掩膜</translation>
    </message>
    <message>
        <location filename="../action_specs/help.py" line="36"/>
        <source>&amp;Back to the model before</source>
        <translation>返回之前的模型(&amp;B)</translation>
    </message>
    <message>
        <location filename="../action_specs/help.py" line="36"/>
        <source>Use the model again that was used before this one</source>
        <translation>重新使用此前使用的模型</translation>
    </message>
    <message>
        <location filename="../action_specs/help.py" line="43"/>
        <source>Model &amp;card</source>
        <translation>模型卡(&amp;C)</translation>
    </message>
    <message>
        <location filename="../action_specs/help.py" line="43"/>
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
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="54"/>
        <source>Show the slice on which the active label is largest</source>
        <translation type="unfinished"></translation>
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
        <location filename="../action_specs/labels.py" line="193"/>
        <source>Paint o&amp;ver…</source>
        <translation>覆盖规则(&amp;V)…</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="193"/>
        <source>Choose what tools and the network may paint over</source>
        <translation>选择工具和网络可以覆盖什么</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="200"/>
        <source>Paint only &amp;inside the label under the mouse</source>
        <translation>只画在鼠标下的标签内(&amp;I)</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="200"/>
        <source>Paint only inside the label under the mouse; again paints everywhere</source>
        <translation>只画在鼠标所指的标签之内；再按取消限制</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="207"/>
        <source>Paint without li&amp;mits</source>
        <translation>不限制涂画(&amp;M)</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="207"/>
        <source>Paint over everything that is not locked</source>
        <translation>可覆盖所有未锁定的内容</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="218"/>
        <source>Label {0}</source>
        <translation>标签 {0}</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="218"/>
        <source>Hide or show label {0}</source>
        <translation>隐藏或显示标签 {0}</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="219"/>
        <source>Paint the label in row {0} of the list</source>
        <translation>改用列表第 {0} 行的标签</translation>
    </message>
    <message>
        <location filename="../action_specs/labels.py" line="220"/>
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
        <location filename="../action_specs/measure.py" line="23"/>
        <source>Measure an angle: drag the first side, click where the second one ends</source>
        <translation>测量角度：拖出第一条边，再单击第二条边的终点</translation>
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
</context>
<context>
    <name>AdaptController</name>
    <message>
        <location filename="../controllers/adapt.py" line="144"/>
        <source>Add images that have a mask</source>
        <translation>添加已有掩膜的影像</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="162"/>
        <source>The mask of {0}</source>
        <translation>{0} 的掩膜</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="162"/>
        <source>Masks</source>
        <translation>掩膜</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="186"/>
        <source>Looking for masks in {0}…</source>
        <translation>正在 {0} 中查找掩膜…</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="199"/>
        <source>No image with a mask was found here. Draw and save masks (Ctrl+S) beside their images, so that they are listed by themselves, or add images that have masks elsewhere.</source>
        <translation>此处没有找到带掩膜的影像。请绘制掩膜并保存（Ctrl+S）在影像旁边，它们便会自动列出；也可以添加其他位置已有掩膜的影像。</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="246"/>
        <source>{0} learns from your annotations</source>
        <translation>{0} 正在学习您的标注</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="265"/>
        <source>A model is learning</source>
        <translation>模型正在学习</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="266"/>
        <source>The model still learns from your annotations. Quitting now gives this attempt up.</source>
        <translation>模型仍在学习您的标注。现在退出将放弃本次学习。</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="270"/>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="271"/>
        <source>Go on learning</source>
        <translation>继续学习</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="314"/>
        <source>Look and decide…</source>
        <translation>查看并决定…</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="324"/>
        <source>Choose other cases…</source>
        <translation>选择其他病例…</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="350"/>
        <source>Folder for the adapted model</source>
        <translation>适配后模型的文件夹</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="371"/>
        <source>Putting the adapted model into its place</source>
        <translation>正在存放适配后的模型</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="398"/>
        <source>Load a model first.</source>
        <translation>请先加载模型。</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="405"/>
        <source>{0}, adapted</source>
        <translation>{0}（已适配）</translation>
    </message>
    <message>
        <location filename="../controllers/adapt.py" line="396"/>
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
        <location filename="../panels/options_brush.py" line="76"/>
        <source>Diameter of the brush</source>
        <translation>画笔直径</translation>
    </message>
    <message>
        <location filename="../panels/options_brush.py" line="77"/>
        <source>mm</source>
        <translation>mm</translation>
    </message>
    <message>
        <location filename="../panels/options_brush.py" line="78"/>
        <source>px</source>
        <translation>像素</translation>
    </message>
    <message>
        <location filename="../panels/options_brush.py" line="79"/>
        <source>Unit of the brush&apos;s size</source>
        <translation>画笔大小的单位</translation>
    </message>
    <message>
        <location filename="../panels/options_brush.py" line="84"/>
        <source> SD</source>
        <translation> SD</translation>
    </message>
    <message>
        <location filename="../panels/options_brush.py" line="85"/>
        <source>Tolerance of the adaptive brush</source>
        <translation>自适应画笔的容差</translation>
    </message>
    <message>
        <location filename="../panels/options_brush.py" line="86"/>
        <source>How far values may lie from those under the beginning of the stroke, in standard deviations of the noise there</source>
        <translation>数值与落笔处相差多少仍算在内，以该处噪声的标准差为单位</translation>
    </message>
    <message>
        <location filename="../panels/options_brush.py" line="92"/>
        <source>active label</source>
        <translation>当前标签</translation>
    </message>
    <message>
        <location filename="../panels/options_brush.py" line="93"/>
        <source>every label</source>
        <translation>所有标签</translation>
    </message>
    <message>
        <location filename="../panels/options_brush.py" line="94"/>
        <source>What the eraser takes</source>
        <translation>橡皮擦擦除什么</translation>
    </message>
    <message>
        <location filename="../panels/options_brush.py" line="95"/>
        <source>What the eraser takes; locked labels always stay</source>
        <translation>橡皮擦擦除什么；锁定的标签始终保留</translation>
    </message>
    <message>
        <location filename="../panels/options_brush.py" line="101"/>
        <source>Si&amp;ze</source>
        <translation>大小(&amp;Z)</translation>
    </message>
    <message>
        <location filename="../panels/options_brush.py" line="101"/>
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
    <name>CandidateChooser</name>
    <message>
        <location filename="../controllers/candidates.py" line="159"/>
        <source>There is one mask only; prompts with several candidates offer more.</source>
        <translation>只有一个掩膜；有多个候选的提示才有更多可选。</translation>
    </message>
</context>
<context>
    <name>CandidateStrip</name>
    <message>
        <location filename="../panels/candidate_strip.py" line="89"/>
        <source>Candidate masks</source>
        <translation>候选掩膜</translation>
    </message>
</context>
<context>
    <name>CandidateView</name>
    <message>
        <location filename="../controllers/candidate_view.py" line="99"/>
        <source>Candidate {0} of {1}, quality {2}</source>
        <translation>候选 {0}/{1}，质量 {2}</translation>
    </message>
    <message>
        <location filename="../controllers/candidate_view.py" line="102"/>
        <source>{0} % like the first; what differs is tinted</source>
        <translation>与第一个相似 {0} %；差异处已着色</translation>
    </message>
    <message>
        <location filename="../controllers/candidate_view.py" line="110"/>
        <source>{0} accepts, Esc rejects</source>
        <translation>{0} 接受，Esc 拒绝</translation>
    </message>
    <message>
        <location filename="../controllers/candidate_view.py" line="111"/>
        <source>{0}: another mask</source>
        <translation>{0}：换一个掩膜</translation>
    </message>
</context>
<context>
    <name>CaseFile</name>
    <message>
        <location filename="../case_texts.py" line="24"/>
        <source>The disk is full, so what you do is not kept. Free some space, or save the mask elsewhere.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../case_texts.py" line="26"/>
        <source>The case file of {image} may not be written by this user. Choose another place for unfinished work in the preferences, or save the mask.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../case_texts.py" line="29"/>
        <source>The case file of {image} or its folder is not there any more. Connect the drive again, or save the mask elsewhere.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../case_texts.py" line="32"/>
        <source>The case file of {image} is larger than this disk allows. Save the mask elsewhere.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../case_texts.py" line="34"/>
        <source>The case file of {image} cannot be written ({detail}). Save the mask elsewhere.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../case_texts.py" line="36"/>
        <source>This case is open in {detail}. Close it there, then try again.</source>
        <translation>此病例已在{detail}中打开。请先在那里关闭，然后重试。</translation>
    </message>
    <message>
        <location filename="../case_texts.py" line="38"/>
        <source>The case of {image} was changed by another window or program meanwhile. Save the mask under a name of its own to keep this work.</source>
        <translation type="unfinished"></translation>
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
        <location filename="../case_texts.py" line="58"/>
        <source>another window</source>
        <translation>另一窗口</translation>
    </message>
    <message>
        <location filename="../case_texts.py" line="60"/>
        <source>another window of this computer since {0} (process {1})</source>
        <translation>本机的另一窗口（自 {0} 起，进程 {1}）</translation>
    </message>
    <message>
        <location filename="../case_texts.py" line="62"/>
        <source>a window on the computer {2} since {0} (process {1})</source>
        <translation>计算机 {2} 上的窗口（自 {0} 起，进程 {1}）</translation>
    </message>
    <message>
        <location filename="../case_texts.py" line="70"/>
        <source>The last action was not written to the end and is missing.</source>
        <translation>最后一步操作未完整写入，已缺失。</translation>
    </message>
    <message>
        <location filename="../case_texts.py" line="71"/>
        <source>The case file was damaged: {count} later steps could not be brought back; {aside} keeps what is left of them.</source>
        <translation>病例文件已损坏：之后的 {count} 步无法恢复；残留内容保存在 {aside} 中。</translation>
    </message>
    <message>
        <location filename="../case_texts.py" line="74"/>
        <source>The place of this image in the patient differs from when the work was done.</source>
        <translation>图像在患者体内的位置与此前工作时不同。</translation>
    </message>
    <message>
        <location filename="../case_texts.py" line="91"/>
        <source>1 step</source>
        <translation>1 步</translation>
    </message>
    <message>
        <location filename="../case_texts.py" line="91"/>
        <source>{0} steps</source>
        <translation>{0} 步</translation>
    </message>
    <message>
        <location filename="../case_texts.py" line="93"/>
        <source>1 label</source>
        <translation>1 个标签</translation>
    </message>
    <message>
        <location filename="../case_texts.py" line="93"/>
        <source>{0} labels</source>
        <translation>{0} 个标签</translation>
    </message>
    <message>
        <location filename="../case_texts.py" line="95"/>
        <source>Your work of {0} is here again: {1}, {2}.</source>
        <translation>已恢复您在 {0} 的工作：{1}，{2}。</translation>
    </message>
</context>
<context>
    <name>CasesOnDisk</name>
    <message>
        <location filename="../controllers/cases_on_disk.py" line="184"/>
        <source>Start again without it</source>
        <translation>不使用它，重新开始</translation>
    </message>
    <message>
        <location filename="../controllers/cases_on_disk.py" line="201"/>
        <source>You started again. The former work is kept until you start again once more.</source>
        <translation>您已重新开始。之前的工作会保留到您下一次重新开始为止。</translation>
    </message>
    <message>
        <location filename="../controllers/cases_on_disk.py" line="201"/>
        <source>Bring it back</source>
        <translation>找回</translation>
    </message>
    <message>
        <location filename="../controllers/cases_on_disk.py" line="206"/>
        <source>Starting again</source>
        <translation>正在重新开始</translation>
    </message>
    <message>
        <location filename="../controllers/cases_on_disk.py" line="212"/>
        <source>Bringing the work back</source>
        <translation>正在找回工作</translation>
    </message>
    <message>
        <location filename="../controllers/cases_on_disk.py" line="282"/>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <location filename="../controllers/cases_on_disk.py" line="282"/>
        <source>Save mask as…</source>
        <translation>掩膜另存为…</translation>
    </message>
    <message>
        <location filename="../controllers/cases_on_disk.py" line="293"/>
        <source>Your work is kept on the disk again.</source>
        <translation>您的工作又可保存到磁盘了。</translation>
    </message>
    <message>
        <location filename="../controllers/cases_on_disk.py" line="310"/>
        <source>That did not help yet.</source>
        <translation>仍然没有成功。</translation>
    </message>
    <message>
        <location filename="../controllers/cases_on_disk.py" line="316"/>
        <source>Trying to keep the work on the disk</source>
        <translation>正在尝试将工作保存到磁盘</translation>
    </message>
    <message>
        <location filename="../controllers/cases_on_disk.py" line="321"/>
        <source>No work on this image is kept yet.</source>
        <translation>该图像尚无保留的工作。</translation>
    </message>
    <message>
        <location filename="../controllers/cases_on_disk.py" line="325"/>
        <source>You have not started this image again.</source>
        <translation>您还没有对该图像重新开始。</translation>
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
        <location filename="../panels/cheat_sheet.py" line="105"/>
        <source>Keys and mouse</source>
        <translation>键盘与鼠标</translation>
    </message>
    <message>
        <location filename="../panels/cheat_sheet.py" line="98"/>
        <source>Search for a key or what it does</source>
        <translation>查找按键或功能</translation>
    </message>
    <message>
        <location filename="../panels/cheat_sheet.py" line="99"/>
        <source>Search</source>
        <translation>查找</translation>
    </message>
    <message>
        <location filename="../panels/cheat_sheet.py" line="106"/>
        <source>&amp;Print…</source>
        <translation>打印(&amp;P)…</translation>
    </message>
    <message>
        <location filename="../panels/cheat_sheet.py" line="109"/>
        <source>&amp;Change keys…</source>
        <translation>更改按键(&amp;C)…</translation>
    </message>
    <message>
        <location filename="../panels/cheat_sheet.py" line="129"/>
        <source>Profile: {0}</source>
        <translation>方案：{0}</translation>
    </message>
    <message>
        <location filename="../panels/cheat_sheet.py" line="134"/>
        <source>Nothing is called “{0}”.</source>
        <translation>没有与“{0}”相符的内容。</translation>
    </message>
    <message>
        <location filename="../panels/cheat_sheet.py" line="151"/>
        <source>Print keys and mouse</source>
        <translation>打印键盘与鼠标说明</translation>
    </message>
</context>
<context>
    <name>ChoosePage</name>
    <message>
        <location filename="../panels/adapt_choice.py" line="69"/>
        <source>A copy of the model learns from the outlines of the ticked cases. Some of these cases are kept aside to test it: you see the scores before and after, and then decide. The present model does not change.</source>
        <translation>模型的一个副本会学习所勾选病例中的轮廓。其中一部分病例留作测试：您会看到学习前后的得分，然后再作决定。当前模型不会改变。</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="76"/>
        <source>All cases</source>
        <translation>全部病例</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="78"/>
        <source>Add cases…</source>
        <translation>添加病例…</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="79"/>
        <source>Pictures and scans from elsewhere, with their masks</source>
        <translation>来自其他位置的图片和扫描及其掩膜</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="85"/>
        <source>Case</source>
        <translation>病例</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="85"/>
        <source>Mask</source>
        <translation>掩膜</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="85"/>
        <source>Cases</source>
        <translation>病例</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="118"/>
        <source>Adapt {0} to my annotations</source>
        <translation>使 {0} 适配我的标注</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="132"/>
        <source>as drawn now, not saved</source>
        <translation>当前绘制的内容，未保存</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="134"/>
        <source>{0} (open now)</source>
        <translation>{0}（当前打开）</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="182"/>
        <source>{0} of {1} cases ticked.</source>
        <translation>已勾选 {0} / {1} 个病例。</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="186"/>
        <source>It works best with six or more; with so few the test says little.</source>
        <translation>六个或更多病例效果最好；病例太少时测试结果意义不大。</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="193"/>
        <source>Tick at least two: one to learn from and one to test on.</source>
        <translation>请至少勾选两个：一个用于学习，一个用于测试。</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="194"/>
        <source>Give the new model a name.</source>
        <translation>请为新模型命名。</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="199"/>
        <source>{0} minutes</source>
        <translation>{0} 分钟</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="201"/>
        <source>For reading, learning and testing together; you can go on working meanwhile</source>
        <translation>读取、学习和测试的总时间；期间您可以继续工作</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="215"/>
        <source>&amp;Time:</source>
        <translation>时间(&amp;T)：</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="215"/>
        <source>&amp;Name:</source>
        <translation>名称(&amp;N)：</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="223"/>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="227"/>
        <source>Start</source>
        <translation>开始</translation>
    </message>
    <message>
        <location filename="../panels/adapt_choice.py" line="147"/>
        <source>Finished cases of the list ({0})</source>
        <translation>列表中已完成的病例（{0}）</translation>
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
        <location filename="../controllers/files.py" line="116"/>
        <source>Open an image or scan</source>
        <translation>打开图像或影像序列</translation>
    </message>
    <message>
        <location filename="../controllers/files.py" line="124"/>
        <source>Open a folder of DICOM files or pictures</source>
        <translation>打开 DICOM 文件或图片所在的文件夹</translation>
    </message>
    <message>
        <location filename="../controllers/files.py" line="169"/>
        <source>Only files and folders of this machine can be dropped here.</source>
        <translation>只能拖入本机的文件和文件夹。</translation>
    </message>
    <message>
        <location filename="../controllers/files.py" line="192"/>
        <source>Nothing opened yet</source>
        <translation>暂无记录</translation>
    </message>
    <message>
        <location filename="../controllers/files.py" line="195"/>
        <source>Forget these</source>
        <translation>清除记录</translation>
    </message>
    <message>
        <location filename="../controllers/files.py" line="207"/>
        <source>{0}. Licence: {1}</source>
        <translation>{0}。许可：{1}</translation>
    </message>
    <message>
        <location filename="../controllers/files.py" line="223"/>
        <source>Opening {0}</source>
        <translation>正在打开 {0}</translation>
    </message>
    <message>
        <location filename="../controllers/files.py" line="300"/>
        <source>{0} files</source>
        <translation>{0} 个文件</translation>
    </message>
    <message>
        <location filename="../controllers/files.py" line="231"/>
        <source>load mask</source>
        <translation>载入掩膜</translation>
    </message>
</context>
<context>
    <name>FillController</name>
    <message>
        <location filename="../controllers/shapes.py" line="251"/>
        <source>The labels changed meanwhile; click again to fill.</source>
        <translation>标签在此期间有变化；请再次单击以填充。</translation>
    </message>
    <message>
        <location filename="../controllers/shapes.py" line="281"/>
        <source>erase region</source>
        <translation>擦除区域</translation>
    </message>
    <message>
        <location filename="../controllers/shapes.py" line="281"/>
        <source>fill</source>
        <translation>填充</translation>
    </message>
    <message>
        <location filename="../controllers/shapes.py" line="291"/>
        <source>The rule allows none of these voxels to be changed.</source>
        <translation>按当前规则，这些体素都不能更改。</translation>
    </message>
    <message>
        <location filename="../controllers/shapes.py" line="296"/>
        <source>There is no label here to erase.</source>
        <translation>此处没有可擦除的标签。</translation>
    </message>
    <message>
        <location filename="../controllers/shapes.py" line="298"/>
        <source>This region is &quot;{0}&quot; already.</source>
        <translation>此区域已经是“{0}”。</translation>
    </message>
    <message>
        <location filename="../controllers/shapes.py" line="300"/>
        <source>This is no hole: the background here reaches the edge of the image. Close its outline first.</source>
        <translation>这不是孔洞：此处的背景延伸到图像边缘。请先闭合其轮廓。</translation>
    </message>
    <message>
        <location filename="../controllers/shapes.py" line="305"/>
        <source>&quot;{0}&quot; is locked; unlock it to give its region another label.</source>
        <translation>“{0}”已锁定；请先解锁，再将其区域改为其他标签。</translation>
    </message>
</context>
<context>
    <name>FillOptions</name>
    <message>
        <location filename="../panels/options_shapes.py" line="164"/>
        <source>I&amp;n</source>
        <translation>范围(&amp;N)</translation>
    </message>
    <message>
        <location filename="../panels/options_shapes.py" line="165"/>
        <source>Click a hole to fill it, or a region of another label to take it.  Ctrl: erase the region.</source>
        <translation>单击孔洞可填充，单击其他标签的区域可改为当前标签。Ctrl：擦除该区域。</translation>
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
        <location filename="../panels/history_model.py" line="100"/>
        <source>As it was opened</source>
        <translation>打开时的状态</translation>
    </message>
    <message>
        <location filename="../panels/history_model.py" line="131"/>
        <source>present state</source>
        <translation>当前状态</translation>
    </message>
    <message>
        <location filename="../panels/history_model.py" line="133"/>
        <source>undone</source>
        <translation>已撤销</translation>
    </message>
</context>
<context>
    <name>HistoryPanel</name>
    <message>
        <location filename="../panels/history.py" line="184"/>
        <source>Find steps by words or label</source>
        <translation>按文字或标签查找步骤</translation>
    </message>
    <message>
        <location filename="../panels/history.py" line="190"/>
        <source>Steps</source>
        <translation>步骤</translation>
    </message>
    <message>
        <location filename="../panels/history.py" line="254"/>
        <source>{0} of {1} steps</source>
        <translation>{0} / {1} 步</translation>
    </message>
    <message>
        <location filename="../panels/history.py" line="256"/>
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
        <location filename="../panels/label_model.py" line="163"/>
        <source>new label</source>
        <translation>新建标签</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="180"/>
        <source>delete label</source>
        <translation>删除标签</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="277"/>
        <source>Click to hide</source>
        <translation>单击隐藏</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="277"/>
        <source>Click to show</source>
        <translation>单击显示</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="280"/>
        <source>Double-click to choose another colour</source>
        <translation>双击选择其他颜色</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="284"/>
        <source>Locked: nothing changes its voxels. Click to unlock</source>
        <translation>已锁定：其体素不会被更改。单击解锁</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="285"/>
        <source>Click to lock: no tool and no network may change its voxels</source>
        <translation>单击锁定：任何工具和网络都不能更改其体素</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="288"/>
        <source>{0} (value {1}). Double-click to rename</source>
        <translation>{0}（值 {1}）。双击重命名</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="292"/>
        <source>shown</source>
        <translation>已显示</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="292"/>
        <source>hidden</source>
        <translation>已隐藏</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="294"/>
        <source>locked</source>
        <translation>已锁定</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="294"/>
        <source>not locked</source>
        <translation>未锁定</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="88"/>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="180"/>
        <source>delete labels</source>
        <translation>删除标签</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="185"/>
        <source>merge labels</source>
        <translation>合并标签</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="192"/>
        <source>move label</source>
        <translation>移动标签</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="199"/>
        <source>show all labels</source>
        <translation>显示所有标签</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="200"/>
        <source>hide other labels</source>
        <translation>隐藏其他标签</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="207"/>
        <source>unlock all labels</source>
        <translation>解锁所有标签</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="208"/>
        <source>lock other labels</source>
        <translation>锁定其他标签</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="212"/>
        <source>colour-blind-safe colours</source>
        <translation>色盲友好配色</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="219"/>
        <source>load labels</source>
        <translation>载入标签</translation>
    </message>
    <message>
        <location filename="../panels/label_model.py" line="300"/>
        <source>key {0}</source>
        <translation>按键 {0}</translation>
    </message>
</context>
<context>
    <name>LabelPanel</name>
    <message>
        <location filename="../panels/labels.py" line="61"/>
        <source>Labels</source>
        <translation>标签</translation>
    </message>
    <message>
        <location filename="../panels/labels.py" line="109"/>
        <source>&amp;Opacity</source>
        <translation>不透明度(&amp;O)</translation>
    </message>
    <message>
        <location filename="../panels/labels.py" line="259"/>
        <source>hide label</source>
        <translation>隐藏标签</translation>
    </message>
    <message>
        <location filename="../panels/labels.py" line="259"/>
        <source>show label</source>
        <translation>显示标签</translation>
    </message>
    <message>
        <location filename="../panels/labels.py" line="262"/>
        <source>unlock label</source>
        <translation>解锁标签</translation>
    </message>
    <message>
        <location filename="../panels/labels.py" line="262"/>
        <source>lock label</source>
        <translation>锁定标签</translation>
    </message>
    <message>
        <location filename="../panels/labels.py" line="233"/>
        <source>Colour of &quot;{0}&quot;</source>
        <translation>“{0}”的颜色</translation>
    </message>
    <message>
        <location filename="../panels/labels.py" line="237"/>
        <source>recolour label</source>
        <translation>更改标签颜色</translation>
    </message>
    <message>
        <location filename="../panels/labels.py" line="289"/>
        <source>label opacity</source>
        <translation>标签不透明度</translation>
    </message>
    <message>
        <location filename="../panels/labels.py" line="57"/>
        <source>Find a label</source>
        <translation>查找标签</translation>
    </message>
    <message>
        <location filename="../panels/labels.py" line="96"/>
        <source>Opacity of the chosen labels</source>
        <translation>所选标签的不透明度</translation>
    </message>
    <message>
        <location filename="../panels/labels.py" line="160"/>
        <source>All labels</source>
        <translation>所有标签</translation>
    </message>
    <message>
        <location filename="../panels/labels.py" line="164"/>
        <source>This opacity</source>
        <translation>采用此不透明度</translation>
    </message>
    <message>
        <location filename="../panels/labels.py" line="212"/>
        <source>draw as {0}</source>
        <translation>显示为{0}</translation>
    </message>
    <message>
        <location filename="../panels/labels.py" line="327"/>
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
        <location filename="../controllers/labels.py" line="78"/>
        <source>More commands for labels</source>
        <translation>更多标签命令</translation>
    </message>
    <message>
        <location filename="../controllers/labels.py" line="135"/>
        <source>There is no label {0} in the list.</source>
        <translation>列表中没有标签 {0}。</translation>
    </message>
    <message>
        <location filename="../controllers/labels.py" line="138"/>
        <source>Label: {0}</source>
        <translation>标签：{0}</translation>
    </message>
    <message>
        <location filename="../controllers/labels.py" line="144"/>
        <source>hide label</source>
        <translation>隐藏标签</translation>
    </message>
    <message>
        <location filename="../controllers/labels.py" line="144"/>
        <source>show label</source>
        <translation>显示标签</translation>
    </message>
    <message>
        <location filename="../controllers/labels.py" line="245"/>
        <source>There is no label under the mouse.</source>
        <translation>鼠标下没有标签。</translation>
    </message>
    <message>
        <location filename="../controllers/labels.py" line="163"/>
        <source>{0} has no voxels yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../controllers/labels.py" line="180"/>
        <source>Load label set</source>
        <translation>载入标签集</translation>
    </message>
    <message>
        <location filename="../controllers/labels.py" line="199"/>
        <source>{0} labels taken from {1}</source>
        <translation>已从 {1} 载入 {0} 个标签</translation>
    </message>
    <message>
        <location filename="../controllers/labels.py" line="203"/>
        <source>Label set</source>
        <translation>标签集</translation>
    </message>
    <message>
        <location filename="../controllers/labels.py" line="203"/>
        <source>ITK-SNAP label descriptions</source>
        <translation>ITK-SNAP 标签描述文件</translation>
    </message>
    <message>
        <location filename="../controllers/labels.py" line="203"/>
        <source>3D Slicer colour table</source>
        <translation>3D Slicer 颜色表</translation>
    </message>
    <message>
        <location filename="../controllers/labels.py" line="210"/>
        <source>Save label set</source>
        <translation>保存标签集</translation>
    </message>
    <message>
        <location filename="../controllers/labels.py" line="228"/>
        <source>Label set saved: {0}</source>
        <translation>标签集已保存：{0}</translation>
    </message>
    <message>
        <location filename="../controllers/labels.py" line="289"/>
        <source>There are no limits now.</source>
        <translation>现在没有限制。</translation>
    </message>
    <message>
        <location filename="../controllers/labels.py" line="306"/>
        <source>Open an image first.</source>
        <translation>请先打开图像。</translation>
    </message>
    <message>
        <location filename="../controllers/labels.py" line="311"/>
        <source>Choose two or more rows of the list first.</source>
        <translation>请先在列表中选择两行或更多。</translation>
    </message>
    <message>
        <location filename="../controllers/labels.py" line="311"/>
        <source>An annotation keeps at least one label.</source>
        <translation>标注至少要有一个标签。</translation>
    </message>
    <message>
        <location filename="../controllers/labels.py" line="322"/>
        <source>Unlock &quot;{0}&quot; first.</source>
        <translation>请先解锁“{0}”。</translation>
    </message>
    <message>
        <location filename="../controllers/labels.py" line="330"/>
        <source>Unlock</source>
        <translation>解锁</translation>
    </message>
    <message>
        <location filename="../controllers/labels.py" line="334"/>
        <source>unlock label</source>
        <translation>解锁标签</translation>
    </message>
</context>
<context>
    <name>LanguageSwitch</name>
    <message>
        <location filename="../language_switch.py" line="83"/>
        <source>The language changes as soon as the work under way has ended.</source>
        <translation>当前操作结束后即切换语言。</translation>
    </message>
</context>
<context>
    <name>LassoController</name>
    <message>
        <location filename="../controllers/shapes.py" line="139"/>
        <source>erase outline</source>
        <translation>擦除轮廓内</translation>
    </message>
    <message>
        <location filename="../controllers/shapes.py" line="141"/>
        <source>outline</source>
        <translation>轮廓</translation>
    </message>
    <message>
        <location filename="../controllers/shapes.py" line="144"/>
        <source>The outline holds no pixel, so nothing was painted.</source>
        <translation>轮廓内没有像素，因此没有涂画。</translation>
    </message>
    <message>
        <location filename="../controllers/shapes.py" line="146"/>
        <source>The outline holds nothing of the active label that may be erased.</source>
        <translation>轮廓内没有当前标签可擦除的部分。</translation>
    </message>
    <message>
        <location filename="../controllers/shapes.py" line="148"/>
        <source>The outline holds no pixel that may be painted.</source>
        <translation>轮廓内没有可涂画的像素。</translation>
    </message>
</context>
<context>
    <name>LassoOptions</name>
    <message>
        <location filename="../panels/options_shapes.py" line="102"/>
        <source>Drag: freehand.  Click: corners, drag them to adjust.  Enter or double click closes, Backspace takes a corner back.  Ctrl or right button: erase.</source>
        <translation>拖动：徒手绘制。单击：设置角点，可拖动调整。回车或双击闭合，退格撤回一个角点。Ctrl 或右键：擦除。</translation>
    </message>
</context>
<context>
    <name>Leaving</name>
    <message>
        <location filename="../controllers/worklist_leaving.py" line="98"/>
        <source>A mask waits to be accepted (Enter) or rejected (Esc); then the case is left.</source>
        <translation>有一个掩膜等待接受（回车）或拒绝（Esc）；之后即离开此病例。</translation>
    </message>
    <message>
        <location filename="../controllers/worklist_leaving.py" line="100"/>
        <source>Boxes or points have no mask yet; the case is left as soon as they have one.</source>
        <translation>有框或点尚无掩膜；一旦生成即离开此病例。</translation>
    </message>
    <message>
        <location filename="../controllers/worklist_leaving.py" line="104"/>
        <source>Go on without them</source>
        <translation>不等待，继续</translation>
    </message>
    <message>
        <location filename="../controllers/worklist_leaving.py" line="137"/>
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
        <location filename="../controllers/worklist_offer.py" line="63"/>
        <source>Looking through {0}</source>
        <translation>正在查看 {0}</translation>
    </message>
    <message>
        <location filename="../controllers/worklist_offer.py" line="107"/>
        <source>{0} holds {1} images.</source>
        <translation>{0} 含有 {1} 个图像。</translation>
    </message>
    <message>
        <location filename="../controllers/worklist_offer.py" line="96"/>
        <source>Work through them one by one</source>
        <translation>逐个处理</translation>
    </message>
    <message>
        <location filename="../controllers/worklist_offer.py" line="106"/>
        <source>Several images</source>
        <translation>多个图像</translation>
    </message>
    <message>
        <location filename="../controllers/worklist_offer.py" line="108"/>
        <source>Work through them as a list of cases? Masks are saved beside them, from case to case.</source>
        <translation>要将它们作为病例列表逐个处理吗？掩膜会逐例保存在图像旁边。</translation>
    </message>
    <message>
        <location filename="../controllers/worklist_offer.py" line="112"/>
        <source>Work through them</source>
        <translation>逐个处理</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <location filename="../main_window.py" line="192"/>
        <source>Labels</source>
        <translation>标签</translation>
    </message>
    <message>
        <location filename="../main_window.py" line="191"/>
        <source>Window</source>
        <translation>窗宽窗位</translation>
    </message>
    <message>
        <location filename="../main_window.py" line="271"/>
        <source>Open an image first.</source>
        <translation>请先打开图像。</translation>
    </message>
    <message>
        <location filename="../main_window.py" line="284"/>
        <source>Saved and verified: {0}</source>
        <translation>已保存并校验：{0}</translation>
    </message>
    <message>
        <location filename="../main_window.py" line="287"/>
        <source>{0} boxes have no mask yet; the file lacks them.</source>
        <translation>有 {0} 个框尚无掩膜，未包含在文件中。</translation>
    </message>
    <message>
        <location filename="../main_window.py" line="295"/>
        <source>Model: {0}. Click to choose another</source>
        <translation>模型：{0}。单击选择其他模型</translation>
    </message>
    <message>
        <location filename="../main_window.py" line="115"/>
        <source>History</source>
        <translation>历史记录</translation>
    </message>
    <message>
        <location filename="../main_window.py" line="194"/>
        <source>Measure</source>
        <translation>测量</translation>
    </message>
    <message>
        <location filename="../worklist_parts.py" line="26"/>
        <source>Cases</source>
        <translation>病例</translation>
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
        <location filename="../controllers/mask_operations.py" line="118"/>
        <source>copy slice</source>
        <translation>复制层面</translation>
    </message>
    <message>
        <location filename="../controllers/mask_operations.py" line="123"/>
        <source>This slice has all of it already, or the rule keeps it out.</source>
        <translation>本层面已全部具有该内容，或规则不允许。</translation>
    </message>
    <message>
        <location filename="../controllers/mask_operations.py" line="130"/>
        <source>clear slice</source>
        <translation>清除层面</translation>
    </message>
    <message>
        <location filename="../controllers/mask_operations.py" line="135"/>
        <source>The active label is not on this slice.</source>
        <translation>当前标签不在本层面上。</translation>
    </message>
    <message>
        <location filename="../controllers/mask_operations.py" line="185"/>
        <source>Nothing was left to change.</source>
        <translation>没有可更改的内容。</translation>
    </message>
    <message>
        <location filename="../controllers/mask_operations.py" line="195"/>
        <source>{0}: {1}</source>
        <translation>{0}：{1}</translation>
    </message>
    <message>
        <location filename="../controllers/mask_operations.py" line="244"/>
        <source>Computing…</source>
        <translation>正在计算…</translation>
    </message>
    <message>
        <location filename="../controllers/mask_operations.py" line="272"/>
        <source>Parts that become labels of their own: {0}</source>
        <translation>将成为独立标签的部分：{0}</translation>
    </message>
    <message>
        <location filename="../controllers/mask_operations.py" line="274"/>
        <source>This changes nothing here.</source>
        <translation>此处不会有任何变化。</translation>
    </message>
    <message>
        <location filename="../controllers/mask_operations.py" line="279"/>
        <source>Gains {0}, loses {1} voxels</source>
        <translation>增加 {0}，减少 {1} 个体素</translation>
    </message>
    <message>
        <location filename="../controllers/mask_operations.py" line="282"/>
        <source>Volume {0} mL</source>
        <translation>体积 {0} mL</translation>
    </message>
    <message>
        <location filename="../controllers/mask_operations.py" line="284"/>
        <source>voxels</source>
        <translation>体素</translation>
    </message>
    <message>
        <location filename="../controllers/mask_operations.py" line="358"/>
        <source>Open an image first.</source>
        <translation>请先打开图像。</translation>
    </message>
    <message>
        <location filename="../controllers/mask_operations.py" line="360"/>
        <source>&quot;{0}&quot; is locked; unlock it or choose another label.</source>
        <translation>“{0}”已锁定；请解锁或选择其他标签。</translation>
    </message>
    <message>
        <location filename="../controllers/mask_operations.py" line="366"/>
        <source>A colour picture has no single values to compare.</source>
        <translation>彩色图片没有可比较的单一数值。</translation>
    </message>
    <message>
        <location filename="../controllers/mask_operations.py" line="369"/>
        <source>This image has only one slice.</source>
        <translation>该图像只有一个层面。</translation>
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
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../panels/measure_columns.py" line="116"/>
        <source>Voxels</source>
        <translation>体素</translation>
    </message>
    <message>
        <location filename="../panels/measure_columns.py" line="116"/>
        <source>How many it has</source>
        <translation type="unfinished"></translation>
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
        <source>Its slice</source>
        <translation>其所在层面</translation>
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
</context>
<context>
    <name>MeasureController</name>
    <message>
        <location filename="../controllers/measure.py" line="122"/>
        <source>Open an image first.</source>
        <translation>请先打开图像。</translation>
    </message>
    <message>
        <location filename="../controllers/measure.py" line="149"/>
        <source>Measuring…</source>
        <translation>正在测量…</translation>
    </message>
    <message>
        <location filename="../controllers/measure.py" line="245"/>
        <source>largest diameters</source>
        <translation>最大径</translation>
    </message>
    <message>
        <location filename="../controllers/measure.py" line="278"/>
        <source>{0} rows are in the clipboard; paste them into a spreadsheet.</source>
        <translation>{0} 行已复制到剪贴板；可粘贴到电子表格中。</translation>
    </message>
    <message>
        <location filename="../controllers/measure.py" line="293"/>
        <source>Save the measurements</source>
        <translation>保存测量结果</translation>
    </message>
    <message>
        <location filename="../controllers/measure.py" line="323"/>
        <source>Saved the measurements: {0}</source>
        <translation>测量结果已保存：{0}</translation>
    </message>
    <message>
        <location filename="../controllers/measure.py" line="325"/>
        <source>Save as…</source>
        <translation>另存为…</translation>
    </message>
    <message>
        <location filename="../controllers/measure.py" line="326"/>
        <source>Saving {0}</source>
        <translation>正在保存 {0}</translation>
    </message>
</context>
<context>
    <name>MeasureModel</name>
    <message>
        <location filename="../panels/measure_model.py" line="151"/>
        <source>This label is hidden.</source>
        <translation>此标签已隐藏。</translation>
    </message>
</context>
<context>
    <name>MeasurePanel</name>
    <message>
        <location filename="../panels/measure.py" line="168"/>
        <source>Rulers and angles</source>
        <translation>标尺和角度</translation>
    </message>
    <message>
        <location filename="../panels/measure.py" line="119"/>
        <source>Choose the columns</source>
        <translation>选择列</translation>
    </message>
    <message>
        <location filename="../panels/measure.py" line="125"/>
        <source>Copy the table for a spreadsheet; Ctrl+C in it copies the selected rows</source>
        <translation>复制整个表格，供电子表格使用；在表格中按 Ctrl+C 复制所选行</translation>
    </message>
    <message>
        <location filename="../panels/measure.py" line="130"/>
        <source>Save all measurements as a CSV file…</source>
        <translation>将所有测量结果保存为 CSV 文件…</translation>
    </message>
    <message>
        <location filename="../panels/measure.py" line="147"/>
        <source>Measurements of the labels</source>
        <translation>标签的测量结果</translation>
    </message>
    <message>
        <location filename="../panels/measure.py" line="181"/>
        <source>All figures of the selected label</source>
        <translation>所选标签的全部数值</translation>
    </message>
    <message>
        <location filename="../panels/measure.py" line="289"/>
        <source>As at first</source>
        <translation>恢复初始设置</translation>
    </message>
    <message>
        <location filename="../panels/measure.py" line="312"/>
        <source>Go to the largest diameters</source>
        <translation>转到最大径</translation>
    </message>
    <message>
        <location filename="../panels/measure.py" line="315"/>
        <source>Keep the largest diameters as rulers</source>
        <translation>将最大径保留为标尺</translation>
    </message>
    <message>
        <location filename="../panels/measure.py" line="319"/>
        <source>Copy the selected rows</source>
        <translation>复制所选行</translation>
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
        <location filename="../controllers/navigation.py" line="144"/>
        <source>Open an image first.</source>
        <translation>请先打开图像。</translation>
    </message>
    <message>
        <location filename="../controllers/navigation.py" line="146"/>
        <source>This image has only one slice.</source>
        <translation>该图像只有一个层面。</translation>
    </message>
    <message>
        <location filename="../controllers/navigation.py" line="155"/>
        <source>This image has only one plane.</source>
        <translation>该图像只有一个平面。</translation>
    </message>
</context>
<context>
    <name>OptionsBar</name>
    <message>
        <location filename="../panels/options_bar.py" line="16"/>
        <source>Tool options</source>
        <translation>工具选项</translation>
    </message>
</context>
<context>
    <name>OverlapPreview</name>
    <message>
        <location filename="../controllers/overlap.py" line="153"/>
        <source>{0} {1} from {2}</source>
        <translation>{2} 的 {0} {1}</translation>
    </message>
    <message>
        <location filename="../controllers/overlap.py" line="157"/>
        <source>and from {0} more labels</source>
        <translation>以及另外 {0} 个标签</translation>
    </message>
    <message>
        <location filename="../controllers/overlap.py" line="158"/>
        <source>Would take {0}</source>
        <translation>将占用{0}</translation>
    </message>
    <message>
        <location filename="../controllers/overlap.py" line="200"/>
        <source>px</source>
        <translation>像素</translation>
    </message>
    <message>
        <location filename="../controllers/overlap.py" line="200"/>
        <source>voxels</source>
        <translation>体素</translation>
    </message>
</context>
<context>
    <name>PaintingController</name>
    <message>
        <location filename="../controllers/painting.py" line="108"/>
        <source>Open an image first.</source>
        <translation>请先打开图像。</translation>
    </message>
    <message>
        <location filename="../controllers/painting.py" line="111"/>
        <source>This image has one slice only.</source>
        <translation>该图像只有一个层面。</translation>
    </message>
    <message>
        <location filename="../controllers/painting.py" line="181"/>
        <source>eraser on slice {0}</source>
        <translation>层面 {0} 上的橡皮擦</translation>
    </message>
    <message>
        <location filename="../controllers/painting.py" line="185"/>
        <source>brush on slice {0}</source>
        <translation>层面 {0} 上的画笔</translation>
    </message>
    <message>
        <location filename="../controllers/painting.py" line="200"/>
        <source>Nothing was painted: locked labels, or the rule of what may be overwritten, keep &quot;{0}&quot; out.</source>
        <translation>没有涂画：锁定的标签或覆盖规则不允许“{0}”进入此处。</translation>
    </message>
    <message>
        <location filename="../controllers/painting.py" line="206"/>
        <source>Nothing was erased: what lies here is locked, or the rule keeps it.</source>
        <translation>没有擦除：此处内容已锁定，或规则予以保留。</translation>
    </message>
    <message>
        <location filename="../controllers/painting.py" line="208"/>
        <source>Nothing was erased: the eraser takes only &quot;{0}&quot;. Choose the label under it (Alt+click), or let it take every label.</source>
        <translation>没有擦除：橡皮擦只擦除“{0}”。请选择其下的标签（Alt+单击），或让橡皮擦作用于所有标签。</translation>
    </message>
</context>
<context>
    <name>PreferencesController</name>
    <message>
        <location filename="../controllers/preferences.py" line="57"/>
        <source>General</source>
        <translation>常规</translation>
    </message>
    <message>
        <location filename="../controllers/preferences.py" line="112"/>
        <source>Keys</source>
        <translation>按键</translation>
    </message>
    <message>
        <location filename="../controllers/preferences.py" line="59"/>
        <source>Mouse</source>
        <translation>鼠标</translation>
    </message>
    <message>
        <location filename="../controllers/preferences.py" line="124"/>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <location filename="../controllers/preferences.py" line="129"/>
        <source>Mouse: {0}</source>
        <translation>鼠标：{0}</translation>
    </message>
    <message>
        <location filename="../controllers/preferences.py" line="131"/>
        <source>Mouse over a picture</source>
        <translation>鼠标（在图像上）</translation>
    </message>
    <message>
        <location filename="../controllers/preferences.py" line="161"/>
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
    <name>Presenter</name>
    <message>
        <location filename="../errors.py" line="144"/>
        <source>There is not enough memory for this. Close other programs or open a smaller image.</source>
        <translation>内存不足。请关闭其他程序或打开较小的图像。</translation>
    </message>
    <message>
        <location filename="../errors.py" line="150"/>
        <source>Something inside the program failed ({0}). Your work is kept; the log holds the details.</source>
        <translation>程序内部出错（{0}）。您的工作已保留；详情见日志。</translation>
    </message>
    <message>
        <location filename="../errors.py" line="103"/>
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
        <location filename="../controllers/prompt_answers.py" line="160"/>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <location filename="../controllers/prompt_answers.py" line="162"/>
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
        <location filename="../panels/options_prompts.py" line="44"/>
        <source>on release</source>
        <translation>松开即画入</translation>
    </message>
    <message>
        <location filename="../panels/options_prompts.py" line="45"/>
        <source>after a look</source>
        <translation>查看后画入</translation>
    </message>
    <message>
        <location filename="../panels/options_prompts.py" line="46"/>
        <source>When masks are accepted</source>
        <translation>何时接受掩膜</translation>
    </message>
    <message>
        <location filename="../panels/options_prompts.py" line="47"/>
        <source>On release: a mask is painted when it comes; Tab exchanges it.
After a look: nothing is painted until Enter; Esc rejects.</source>
        <translation>松开即画入：掩膜生成后直接画入；Tab 更换。
查看后画入：按回车前不画入；Esc 拒绝。</translation>
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
</context>
<context>
    <name>PromptStatus</name>
    <message>
        <location filename="../controllers/prompt_status.py" line="40"/>
        <source>No model is loaded, so there is no mask yet. Choose a model, and it comes.</source>
        <translation>未载入模型，因此还没有掩膜。选择模型后即可生成。</translation>
    </message>
    <message>
        <location filename="../controllers/prompt_status.py" line="42"/>
        <source>Choose a model…</source>
        <translation>选择模型…</translation>
    </message>
    <message>
        <location filename="../controllers/prompt_status.py" line="44"/>
        <source>{0} objects wait for the model</source>
        <translation>{0} 个目标正在等待模型</translation>
    </message>
    <message>
        <location filename="../controllers/prompt_status.py" line="45"/>
        <source>The object waits for the model</source>
        <translation>目标正在等待模型</translation>
    </message>
    <message>
        <location filename="../controllers/prompt_status.py" line="48"/>
        <source>{0} masks are being computed…</source>
        <translation>正在计算 {0} 个掩膜…</translation>
    </message>
    <message>
        <location filename="../controllers/prompt_status.py" line="49"/>
        <source>The mask is being computed…</source>
        <translation>正在计算掩膜…</translation>
    </message>
</context>
<context>
    <name>PromptTools</name>
    <message>
        <location filename="../controllers/prompt_tools.py" line="141"/>
        <source>There is no mask of &quot;{0}&quot; on this slice yet.</source>
        <translation>“{0}”在此层面上还没有掩膜。</translation>
    </message>
    <message>
        <location filename="../controllers/prompt_tools.py" line="154"/>
        <source>Open an image first.</source>
        <translation>请先打开图像。</translation>
    </message>
    <message>
        <location filename="../controllers/prompt_tools.py" line="170"/>
        <source>No object is selected.</source>
        <translation>没有选中目标。</translation>
    </message>
    <message>
        <location filename="../controllers/prompt_tools.py" line="176"/>
        <source>{0} takes no boxes. Choose a model that does.</source>
        <translation>{0} 不支持框。请选择支持框的模型。</translation>
    </message>
    <message>
        <location filename="../controllers/prompt_tools.py" line="177"/>
        <source>{0} takes no points. Choose a model that does.</source>
        <translation>{0} 不支持点。请选择支持点的模型。</translation>
    </message>
    <message>
        <location filename="../controllers/prompt_tools.py" line="178"/>
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
    <name>Rule</name>
    <message>
        <location filename="../panels/rule_control.py" line="46"/>
        <source>Only inside {0}</source>
        <translation>仅在 {0} 内</translation>
    </message>
    <message>
        <location filename="../panels/rule_control.py" line="48"/>
        <source>Only unlabelled voxels</source>
        <translation>仅未标注的体素</translation>
    </message>
    <message>
        <location filename="../panels/rule_control.py" line="50"/>
        <source>Everything unlocked</source>
        <translation>所有未锁定的内容</translation>
    </message>
    <message>
        <location filename="../panels/rule_control.py" line="57"/>
        <source>Only values {0}</source>
        <translation>仅数值 {0}</translation>
    </message>
</context>
<context>
    <name>RuleButton</name>
    <message>
        <location filename="../panels/rule_control.py" line="264"/>
        <source>Paint over: {0}</source>
        <translation>可覆盖：{0}</translation>
    </message>
    <message>
        <location filename="../panels/rule_control.py" line="265"/>
        <source>Paint over: all unlocked</source>
        <translation>可覆盖：所有未锁定</translation>
    </message>
    <message>
        <location filename="../panels/rule_control.py" line="267"/>
        <source>{0}. Click to choose what tools and the network may paint over</source>
        <translation>{0}。单击选择工具和网络可以覆盖什么</translation>
    </message>
</context>
<context>
    <name>RuleCard</name>
    <message>
        <location filename="../panels/rule_control.py" line="78"/>
        <source>What may be painted over</source>
        <translation>可以覆盖什么</translation>
    </message>
    <message>
        <location filename="../panels/rule_control.py" line="79"/>
        <source>&amp;Everything that is not locked</source>
        <translation>所有未锁定的内容(&amp;E)</translation>
    </message>
    <message>
        <location filename="../panels/rule_control.py" line="80"/>
        <source>Only voxels &amp;without a label</source>
        <translation>仅没有标签的体素(&amp;W)</translation>
    </message>
    <message>
        <location filename="../panels/rule_control.py" line="81"/>
        <source>Only &amp;inside</source>
        <translation>仅在标签内(&amp;I)</translation>
    </message>
    <message>
        <location filename="../panels/rule_control.py" line="86"/>
        <source>Label to stay inside</source>
        <translation>须在其内的标签</translation>
    </message>
    <message>
        <location filename="../panels/rule_control.py" line="89"/>
        <source>Only &amp;values from</source>
        <translation>仅数值从(&amp;V)</translation>
    </message>
    <message>
        <location filename="../panels/rule_control.py" line="90"/>
        <source>Lowest value</source>
        <translation>最低值</translation>
    </message>
    <message>
        <location filename="../panels/rule_control.py" line="90"/>
        <source>Highest value</source>
        <translation>最高值</translation>
    </message>
    <message>
        <location filename="../panels/rule_control.py" line="92"/>
        <source>As the &amp;window shows</source>
        <translation>按当前窗(&amp;W)</translation>
    </message>
    <message>
        <location filename="../panels/rule_control.py" line="93"/>
        <source>&amp;No limits</source>
        <translation>无限制(&amp;N)</translation>
    </message>
    <message>
        <location filename="../panels/rule_control.py" line="139"/>
        <source>Choose &quot;Only inside&quot; first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../panels/rule_control.py" line="140"/>
        <source>Tick &quot;Only values&quot; first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../panels/rule_control.py" line="144"/>
        <source>A colour picture has no window.</source>
        <translation type="unfinished">彩色图片没有窗宽窗位。</translation>
    </message>
    <message>
        <location filename="../panels/rule_control.py" line="145"/>
        <source>The values that are neither black nor white</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="../panels/rule_control.py" line="148"/>
        <source>There are no limits now.</source>
        <translation>现在没有限制。</translation>
    </message>
    <message>
        <location filename="../panels/rule_control.py" line="165"/>
        <source>Paint over</source>
        <translation>可覆盖</translation>
    </message>
    <message>
        <location filename="../panels/rule_control.py" line="171"/>
        <source>to</source>
        <translation>到</translation>
    </message>
</context>
<context>
    <name>RuleChip</name>
    <message>
        <location filename="../panels/rule_control.py" line="307"/>
        <source>Paint without limits again</source>
        <translation>恢复无限制涂画</translation>
    </message>
</context>
<context>
    <name>RulerController</name>
    <message>
        <location filename="../controllers/rulers.py" line="44"/>
        <source>delete angle</source>
        <translation>删除角度</translation>
    </message>
    <message>
        <location filename="../controllers/rulers.py" line="44"/>
        <source>delete ruler</source>
        <translation>删除标尺</translation>
    </message>
    <message>
        <location filename="../controllers/rulers.py" line="74"/>
        <source>change angle</source>
        <translation>更改角度</translation>
    </message>
    <message>
        <location filename="../controllers/rulers.py" line="74"/>
        <source>change ruler</source>
        <translation>更改标尺</translation>
    </message>
    <message>
        <location filename="../controllers/rulers.py" line="90"/>
        <source>angle</source>
        <translation>角度</translation>
    </message>
    <message>
        <location filename="../controllers/rulers.py" line="90"/>
        <source>ruler</source>
        <translation>标尺</translation>
    </message>
</context>
<context>
    <name>RulerModel</name>
    <message>
        <location filename="../panels/measure_model.py" line="269"/>
        <source>Ruler</source>
        <translation>标尺</translation>
    </message>
    <message>
        <location filename="../panels/measure_model.py" line="269"/>
        <source>Measure</source>
        <translation>测量</translation>
    </message>
    <message>
        <location filename="../panels/measure_model.py" line="269"/>
        <source>Slice</source>
        <translation>层面</translation>
    </message>
    <message>
        <location filename="../panels/measure_model.py" line="282"/>
        <source>Double-click or Enter to go there, Del to delete</source>
        <translation>双击或回车转到该处，Del 删除</translation>
    </message>
    <message>
        <location filename="../panels/measure_model.py" line="286"/>
        <source>Angle {0}</source>
        <translation>角度 {0}</translation>
    </message>
    <message>
        <location filename="../panels/measure_model.py" line="286"/>
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
        <location filename="../controllers/saving.py" line="130"/>
        <source>Load a mask of this image</source>
        <translation>载入该图像的掩膜</translation>
    </message>
    <message>
        <location filename="../controllers/saving.py" line="142"/>
        <source>load {0}</source>
        <translation>载入 {0}</translation>
    </message>
    <message>
        <location filename="../controllers/saving.py" line="155"/>
        <source>Loading {0}</source>
        <translation>正在载入 {0}</translation>
    </message>
    <message>
        <location filename="../controllers/saving.py" line="186"/>
        <source>Save as…</source>
        <translation>另存为…</translation>
    </message>
    <message>
        <location filename="../controllers/saving.py" line="190"/>
        <source>Saving {0} and reading it back</source>
        <translation>正在保存 {0} 并回读校验</translation>
    </message>
    <message>
        <location filename="../controllers/saving.py" line="208"/>
        <source>Save the mask</source>
        <translation>保存掩膜</translation>
    </message>
    <message>
        <location filename="../controllers/saving.py" line="220"/>
        <source>Masks</source>
        <translation>掩膜</translation>
    </message>
    <message>
        <location filename="../controllers/saving.py" line="226"/>
        <source>Unsaved mask</source>
        <translation>掩膜未保存</translation>
    </message>
    <message>
        <location filename="../controllers/saving.py" line="227"/>
        <source>The mask of {0} has changes that are not saved.</source>
        <translation>{0} 的掩膜有未保存的更改。</translation>
    </message>
    <message>
        <location filename="../controllers/saving.py" line="236"/>
        <source>Don&apos;t save</source>
        <translation>不保存</translation>
    </message>
    <message>
        <location filename="../controllers/saving.py" line="230"/>
        <source>Kept for later, the work with all its steps is here again when the image is opened.</source>
        <translation>留待以后：下次打开该图像时，工作及其所有步骤都会恢复。</translation>
    </message>
    <message>
        <location filename="../controllers/saving.py" line="233"/>
        <source>Save mask</source>
        <translation>保存掩膜</translation>
    </message>
    <message>
        <location filename="../controllers/saving.py" line="234"/>
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
        <translation type="unfinished"></translation>
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
        <location filename="../controllers/segmentation.py" line="261"/>
        <source>Drag adjusts; Ctrl + drag draws a new box</source>
        <translation>拖动可调整；Ctrl + 拖动可画新框</translation>
    </message>
    <message>
        <location filename="../controllers/segmentation.py" line="118"/>
        <source>show label</source>
        <translation>显示标签</translation>
    </message>
    <message>
        <location filename="../controllers/segmentation.py" line="317"/>
        <source>No object is selected.</source>
        <translation>没有选中目标。</translation>
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
        <location filename="../controllers/slices.py" line="147"/>
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
        <location filename="../canvas/scene_canvas.py" line="335"/>
        <source>Slice view, empty</source>
        <translation>层面视图，空</translation>
    </message>
    <message>
        <location filename="../canvas/scene_canvas.py" line="339"/>
        <source>{plane} slice view</source>
        <translation>{plane}层面视图</translation>
    </message>
    <message>
        <location filename="../canvas/scene_canvas.py" line="340"/>
        <source>Slice {number} of {count}</source>
        <translation>层面 {number}/{count}</translation>
    </message>
    <message>
        <location filename="../canvas/scene_canvas.py" line="418"/>
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
        <location filename="../panels/banners.py" line="168"/>
        <source>Cancel</source>
        <translation>取消</translation>
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
        <location filename="../controllers/view.py" line="285"/>
        <source>Open an image first.</source>
        <translation>请先打开图像。</translation>
    </message>
    <message>
        <location filename="../controllers/view.py" line="287"/>
        <source>A colour picture has no window.</source>
        <translation>彩色图片没有窗宽窗位。</translation>
    </message>
    <message>
        <location filename="../controllers/view.py" line="291"/>
        <source>Presets are Hounsfield windows, for CT only.</source>
        <translation>预设以 HU 为单位，仅适用于 CT。</translation>
    </message>
    <message>
        <location filename="../controllers/view.py" line="298"/>
        <source>This image has only one plane.</source>
        <translation>该图像只有一个平面。</translation>
    </message>
</context>
<context>
    <name>WandController</name>
    <message>
        <location filename="../controllers/wand.py" line="225"/>
        <source>growing through the volume…</source>
        <translation>正在整个体积中生长…</translation>
    </message>
    <message>
        <location filename="../controllers/wand.py" line="228"/>
        <source>{0} mL</source>
        <translation>{0} mL</translation>
    </message>
    <message>
        <location filename="../controllers/wand.py" line="230"/>
        <source>{0} px</source>
        <translation>{0} 像素</translation>
    </message>
    <message>
        <location filename="../controllers/wand.py" line="233"/>
        <source>{0} mm²</source>
        <translation>{0} mm²</translation>
    </message>
    <message>
        <location filename="../controllers/wand.py" line="235"/>
        <source>cut off at the radius</source>
        <translation>在半径处截断</translation>
    </message>
    <message>
        <location filename="../controllers/wand.py" line="246"/>
        <source>The labels changed meanwhile; press again.</source>
        <translation>标签在此期间有变化；请重新按下。</translation>
    </message>
    <message>
        <location filename="../controllers/wand.py" line="249"/>
        <source>erase by magic wand</source>
        <translation>用魔棒擦除</translation>
    </message>
    <message>
        <location filename="../controllers/wand.py" line="249"/>
        <source>magic wand</source>
        <translation>魔棒</translation>
    </message>
    <message>
        <location filename="../controllers/wand.py" line="263"/>
        <source>The region holds nothing of the active label that may be erased.</source>
        <translation>该区域内没有当前标签可擦除的部分。</translation>
    </message>
    <message>
        <location filename="../controllers/wand.py" line="263"/>
        <source>The region holds no voxel that may be painted.</source>
        <translation>该区域内没有可涂画的体素。</translation>
    </message>
</context>
<context>
    <name>WandOptions</name>
    <message>
        <location filename="../panels/options_shapes.py" line="124"/>
        <source>How far a value may lie from the one under the mouse</source>
        <translation>数值与鼠标下的值相差多少仍算在内</translation>
    </message>
    <message>
        <location filename="../panels/options_shapes.py" line="125"/>
        <source>Tolerance of the magic wand</source>
        <translation>魔棒的容差</translation>
    </message>
    <message>
        <location filename="../panels/options_shapes.py" line="130"/>
        <source>The region goes no further than this from where you press</source>
        <translation>区域距按下处不会超过此距离</translation>
    </message>
    <message>
        <location filename="../panels/options_shapes.py" line="131"/>
        <source>Largest distance from the seed</source>
        <translation>距种子点的最大距离</translation>
    </message>
    <message>
        <location filename="../panels/options_shapes.py" line="133"/>
        <source>&amp;Tolerance</source>
        <translation>容差(&amp;T)</translation>
    </message>
    <message>
        <location filename="../panels/options_shapes.py" line="134"/>
        <source>Wit&amp;hin</source>
        <translation>半径(&amp;H)</translation>
    </message>
    <message>
        <location filename="../panels/options_shapes.py" line="135"/>
        <source>I&amp;n</source>
        <translation>范围(&amp;N)</translation>
    </message>
    <message>
        <location filename="../panels/options_shapes.py" line="136"/>
        <source>Press on the object; drag left or right, or turn the wheel, to tune; release.  Ctrl: erase.</source>
        <translation>在目标上按下；左右拖动或转动滚轮调节；松开完成。Ctrl：擦除。</translation>
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
</context>
<context>
    <name>WorklistController</name>
    <message>
        <location filename="../controllers/worklist.py" line="214"/>
        <source>Nothing is left to do: {0} cases are done, {1} flagged.</source>
        <translation>已全部处理：完成 {0} 个病例，标记 {1} 个。</translation>
    </message>
    <message>
        <location filename="../controllers/worklist.py" line="220"/>
        <source>There is no further case in the list that way.</source>
        <translation>列表在该方向上没有更多病例。</translation>
    </message>
    <message>
        <location filename="../controllers/worklist.py" line="238"/>
        <source>{0} is not there any more.</source>
        <translation>{0} 已不存在。</translation>
    </message>
    <message>
        <location filename="../controllers/worklist.py" line="317"/>
        <source>{0} What you draw is saved as {1}; {2} is not touched.</source>
        <translation>{0} 您绘制的内容将保存为 {1}；不会改动 {2}。</translation>
    </message>
    <message>
        <location filename="../controllers/worklist.py" line="379"/>
        <source>Flag the case</source>
        <translation>标记病例</translation>
    </message>
    <message>
        <location filename="../controllers/worklist.py" line="379"/>
        <source>What is to be clarified about {0}?</source>
        <translation>关于 {0} 有什么需要确认？</translation>
    </message>
    <message>
        <location filename="../controllers/worklist.py" line="394"/>
        <source>Open a list of cases first.</source>
        <translation>请先打开病例列表。</translation>
    </message>
    <message>
        <location filename="../controllers/worklist.py" line="397"/>
        <source>Open a case of the list first.</source>
        <translation>请先打开列表中的病例。</translation>
    </message>
</context>
<context>
    <name>WorklistModel</name>
    <message>
        <location filename="../panels/worklist_model.py" line="78"/>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <location filename="../panels/worklist_model.py" line="78"/>
        <source>Case</source>
        <translation>病例</translation>
    </message>
    <message>
        <location filename="../panels/worklist_model.py" line="78"/>
        <source>Time</source>
        <translation>用时</translation>
    </message>
    <message>
        <location filename="../panels/worklist_model.py" line="78"/>
        <source>Mask</source>
        <translation>掩膜</translation>
    </message>
    <message>
        <location filename="../panels/worklist_model.py" line="142"/>
        <source>Time: {0}</source>
        <translation>用时：{0}</translation>
    </message>
    <message>
        <location filename="../panels/worklist_model.py" line="146"/>
        <source>The file is not there any more</source>
        <translation>文件已不存在</translation>
    </message>
    <message>
        <location filename="../panels/worklist_model.py" line="153"/>
        <source>has a mask</source>
        <translation>有掩膜</translation>
    </message>
    <message>
        <location filename="../panels/worklist_model.py" line="153"/>
        <source>no mask</source>
        <translation>无掩膜</translation>
    </message>
</context>
<context>
    <name>WorklistPanel</name>
    <message>
        <location filename="../panels/worklist.py" line="70"/>
        <source>Finished cases</source>
        <translation>已完成的病例</translation>
    </message>
    <message>
        <location filename="../panels/worklist.py" line="73"/>
        <source>Find…</source>
        <translation>查找…</translation>
    </message>
    <message>
        <location filename="../panels/worklist.py" line="74"/>
        <source>Find a case by its name or note</source>
        <translation>按名称或备注查找病例</translation>
    </message>
    <message>
        <location filename="../panels/worklist.py" line="77"/>
        <source>No case is like that.</source>
        <translation>没有相符的病例。</translation>
    </message>
    <message>
        <location filename="../panels/worklist.py" line="135"/>
        <source>Which cases are shown</source>
        <translation>显示哪些病例</translation>
    </message>
    <message>
        <location filename="../panels/worklist.py" line="136"/>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <location filename="../panels/worklist.py" line="137"/>
        <source>Unfinished</source>
        <translation>未完成</translation>
    </message>
    <message>
        <location filename="../panels/worklist.py" line="145"/>
        <source>Cases</source>
        <translation>病例</translation>
    </message>
    <message>
        <location filename="../panels/worklist.py" line="170"/>
        <source>Work through many cases: a folder of scans or pictures, or a table that lists them. Masks are saved from case to case, and you see how far you are.</source>
        <translation>逐个处理大量病例：一个装有扫描或图片的文件夹，或列出它们的表格。掩膜逐例保存，进度一目了然。</translation>
    </message>
    <message>
        <location filename="../panels/worklist.py" line="231"/>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <location filename="../panels/worklist.py" line="235"/>
        <source>Flag with a note…</source>
        <translation>标记并备注…</translation>
    </message>
</context>
</TS>
