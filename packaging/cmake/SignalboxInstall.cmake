# SPDX-License-Identifier: GPL-3.0-or-later
# cmake --install: the program that people call goes to bin; the window, which that program starts, to libexec.
include(GNUInstallDirs)
set(app_id io.github.signalbox.Signalbox)

if(TARGET signalbox)
    install(TARGETS signalbox RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
install(FILES ${CMAKE_SOURCE_DIR}/resources/schema/config.schema.json
    DESTINATION ${CMAKE_INSTALL_DATADIR}/signalbox)
install(FILES ${CMAKE_SOURCE_DIR}/README.md ${CMAKE_SOURCE_DIR}/CHANGELOG.md ${CMAKE_SOURCE_DIR}/LICENSE
    DESTINATION ${CMAKE_INSTALL_DOCDIR})

if(TARGET signalbox_window)
    install(TARGETS signalbox_window RUNTIME DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/signalbox)
endif()
if(TARGET signalbox_window AND UNIX AND NOT APPLE)
    install(FILES ${CMAKE_SOURCE_DIR}/packaging/linux/${app_id}.desktop
        DESTINATION ${CMAKE_INSTALL_DATADIR}/applications)
    install(FILES ${CMAKE_SOURCE_DIR}/packaging/linux/${app_id}.metainfo.xml
        DESTINATION ${CMAKE_INSTALL_DATADIR}/metainfo)
    install(FILES ${CMAKE_SOURCE_DIR}/resources/icons/${app_id}.svg
        DESTINATION ${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps)
    install(FILES ${CMAKE_SOURCE_DIR}/resources/icons/${app_id}-symbolic.svg
        DESTINATION ${CMAKE_INSTALL_DATADIR}/icons/hicolor/symbolic/apps)
endif()
