; The installer for Windows: for one user, without administrator rights.
;
;   python packaging/windows_installer.py
;
; Silently: luthier-0.1.0-setup.exe /S [/D=C:\a folder]. Projects, runs, models and settings are never touched.

!ifdef TARGET
    Target ${TARGET}
!endif
Unicode true
ManifestDPIAware true
ManifestLongPathAware true
RequestExecutionLevel user
SetCompressor /SOLID lzma

!include "MUI2.nsh"
!include "FileFunc.nsh"
!include "LogicLib.nsh"

!define NAME "Luthier"
!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\${NAME}"
!define TYPE "Luthier.Recipe"

Name "${NAME}"
BrandingText "${NAME} ${VERSION}"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\${NAME}"
InstallDirRegKey HKCU "Software\${NAME}" "InstallFolder"
VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "${NAME}"
VIAddVersionKey "FileDescription" "${NAME} installer"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "LegalCopyright" "The Luthier authors, Apache-2.0"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!define MUI_LANGDLL_REGISTRY_ROOT HKCU
!define MUI_LANGDLL_REGISTRY_KEY "Software\${NAME}"
!define MUI_LANGDLL_REGISTRY_VALUENAME "InstallerLanguage"
!define MUI_FINISHPAGE_RUN "$INSTDIR\luthier.exe"

!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "SimpChinese"
!insertmacro MUI_RESERVEFILE_LANGDLL

LangString RUNNING ${LANG_ENGLISH} "Luthier is running. Close it, let its training end, and try again."
LangString RUNNING ${LANG_SIMPCHINESE} "Luthier 正在运行。请等训练结束并关闭它，然后重试。"
LangString NEWER ${LANG_ENGLISH} "A newer Luthier is installed ($R0). Uninstall it first to go back to ${VERSION}."
LangString NEWER ${LANG_SIMPCHINESE} "已安装更新的 Luthier（$R0）。如需退回 ${VERSION}，请先卸载。"
LangString DATA_STAYS ${LANG_ENGLISH} "Your projects, runs and models are still in $LOCALAPPDATA\Luthier."
LangString DATA_STAYS ${LANG_SIMPCHINESE} "您的项目、训练和模型仍保留在 $LOCALAPPDATA\Luthier。"
LangString RECIPE ${LANG_ENGLISH} "Luthier recipe"
LangString RECIPE ${LANG_SIMPCHINESE} "Luthier 配方"

!macro RefuseWhileRunning folder
    ; A program that runs cannot be opened for writing.
    ${If} ${FileExists} "${folder}\luthier.exe"
        ClearErrors
        FileOpen $0 "${folder}\luthier.exe" a
        ${If} ${Errors}
            MessageBox MB_OK|MB_ICONSTOP "$(RUNNING)" /SD IDOK
            SetErrorLevel 4
            Quit
        ${EndIf}
        FileClose $0
    ${EndIf}
    ${If} ${FileExists} "${folder}\luthier-engine.exe"
        ClearErrors
        FileOpen $0 "${folder}\luthier-engine.exe" a
        ${If} ${Errors}
            MessageBox MB_OK|MB_ICONSTOP "$(RUNNING)" /SD IDOK
            SetErrorLevel 4
            Quit
        ${EndIf}
        FileClose $0
    ${EndIf}
!macroend

; Leaves 1 in $1 when version $R0 is newer than this one; parts are compared as numbers.
Function CompareVersions
    StrCpy $1 0
    StrCpy $2 "$R0."
    StrCpy $3 "${VERSION}."
    ${Do}
        ${If} $2 == ""
        ${OrIf} $3 == ""
            ${Break}
        ${EndIf}
        StrCpy $4 $2
        Call FirstPart
        StrCpy $2 $4
        StrCpy $6 $5
        StrCpy $4 $3
        Call FirstPart
        StrCpy $3 $4
        ${If} $6 > $5
            StrCpy $1 1
            ${Break}
        ${ElseIf} $6 < $5
            ${Break}
        ${EndIf}
    ${Loop}
FunctionEnd

; "1.10.": leaves "1" in $5 and "10." in $4.
Function FirstPart
    StrCpy $7 0
    ${Do}
        StrCpy $8 $4 1 $7
        ${If} $8 == "."
        ${OrIf} $8 == ""
            ${Break}
        ${EndIf}
        IntOp $7 $7 + 1
    ${Loop}
    StrCpy $5 $4 $7
    IntOp $7 $7 + 1
    StrCpy $4 $4 "" $7
FunctionEnd

Function .onInit
    !insertmacro MUI_LANGDLL_DISPLAY
    ReadRegStr $R0 HKCU "${UNINSTALL_KEY}" "DisplayVersion"
    ${If} $R0 != ""
        Call CompareVersions
        ${If} $1 == 1
            MessageBox MB_OK|MB_ICONSTOP "$(NEWER)" /SD IDOK
            SetErrorLevel 3
            Quit
        ${EndIf}
    ${EndIf}
FunctionEnd

Section "Luthier"
    !insertmacro RefuseWhileRunning "$INSTDIR"
    ; What an older version brought and this one does not must not stay: libraries of both would mix.
    RMDir /r "$INSTDIR\_internal"
    SetOutPath "$INSTDIR"
    File /r "${PAYLOAD}\*"
    File "/oname=luthier.ico" "${ICON}"
    File "/oname=THIRD-PARTY-LICENCES.txt" "${TEXTS}"
    WriteUninstaller "$INSTDIR\uninstall.exe"

    CreateShortcut "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\luthier.exe" "" "$INSTDIR\luthier.ico"
    WriteRegStr HKCU "Software\${NAME}" "InstallFolder" "$INSTDIR"

    ; Offered beside other programs for YAML, which keep what they have.
    WriteRegStr HKCU "Software\Classes\${TYPE}" "" "$(RECIPE)"
    WriteRegStr HKCU "Software\Classes\${TYPE}\DefaultIcon" "" "$INSTDIR\luthier.ico"
    WriteRegStr HKCU "Software\Classes\${TYPE}\shell\open\command" "" '"$INSTDIR\luthier.exe" "%1"'
    WriteRegStr HKCU "Software\Classes\.yaml\OpenWithProgids" "${TYPE}" ""
    WriteRegStr HKCU "Software\Classes\.yml\OpenWithProgids" "${TYPE}" ""

    WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayName" "${NAME}"
    WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
    WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\luthier.ico"
    WriteRegStr HKCU "${UNINSTALL_KEY}" "Publisher" "The Luthier authors"
    WriteRegStr HKCU "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
    WriteRegStr HKCU "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
    WriteRegStr HKCU "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
    WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoModify" 1
    WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoRepair" 1
    ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
    IntFmt $0 "0x%08X" $0
    WriteRegDWORD HKCU "${UNINSTALL_KEY}" "EstimatedSize" "$0"
SectionEnd

Function un.onInit
    !insertmacro MUI_UNGETLANGUAGE
FunctionEnd

Section "Uninstall"
    !insertmacro RefuseWhileRunning "$INSTDIR"
    RMDir /r "$INSTDIR\_internal"
    Delete "$INSTDIR\luthier.exe"
    Delete "$INSTDIR\luthier-engine.exe"
    Delete "$INSTDIR\luthier.ico"
    Delete "$INSTDIR\THIRD-PARTY-LICENCES.txt"
    Delete "$INSTDIR\uninstall.exe"
    RMDir "$INSTDIR"
    Delete "$SMPROGRAMS\${NAME}.lnk"
    DeleteRegKey HKCU "Software\Classes\${TYPE}"
    DeleteRegValue HKCU "Software\Classes\.yaml\OpenWithProgids" "${TYPE}"
    DeleteRegValue HKCU "Software\Classes\.yml\OpenWithProgids" "${TYPE}"
    DeleteRegKey HKCU "${UNINSTALL_KEY}"
    DeleteRegKey HKCU "Software\${NAME}"
    DetailPrint "$(DATA_STAYS)"
SectionEnd
