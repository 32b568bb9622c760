package io.zrs.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    @Test
    void keepsTheNumbersThatScriptsRelyOn() {
        assertThat(Arrays.stream(ExitCode.values()).map(code -> code.number() + " " + code))
                .containsExactly(
                        "0 OK",
                        "1 FINDINGS",
                        "2 USAGE",
                        "3 CANNOT_OPEN",
                        "4 LOCKED",
                        "5 DAMAGED_FILE",
                        "6 CANNOT_LISTEN",
                        "7 NEVER_CONNECTED",
                        "8 CLOSED_BY_PRIMARY",
                        "9 DAMAGED_STREAM",
                        "10 REFUSED",
                        "11 CANNOT_STORE",
                        "12 NOT_FOUND",
                        "13 CANNOT_UNDO",
                        "14 CANNOT_PACK",
                        "15 STOPPED",
                        "70 INTERNAL");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo",
                "primary",
                "secondary",
                "dump",
                "verify",
                "show",
                "tail",
                "history",
                "undo-log",
                "undo",
                "pack",
                "recover",
                "diff",
                "copy"
            })
    void explainsEachCommand(String command) {
        assertThat(Commands.run(command, "--help").expect(ExitCode.OK).out())
                .contains("Usage: zrs " + command)
                .contains("Exit status:")
                .contains("   2   the command line is wrong")
                .contains("Example")
                .contains("  zrs " + command);
        assertThat(Commands.run("--help").expect(ExitCode.OK).out()).contains("\n  " + command + " ");
    }

    @Test
    void tellsItsVersion() {
        assertThat(Commands.run("--version").expect(ExitCode.OK).out()).matches("zrs [0-9]\\S* \\(Java [0-9].*\\)\\n");
    }

    @Test
    void saysBrieflyWhatIsWrongWithACommandLine() {
        assertThat(Commands.run().expect(ExitCode.USAGE).err())
                .isEqualTo("zrs: A command is missing\n'zrs --help' explains it\n");
        assertThat(Commands.run("verfy").expect(ExitCode.USAGE).err())
                .contains("zrs: Unmatched argument at index 0: 'verfy'")
                .contains("Did you mean: zrs verify");
        assertThat(Commands.run("verify").expect(ExitCode.USAGE).err()).contains("FILE");
    }
}
