#ifndef IPCLAB_APP_PROGRESS_HPP
#define IPCLAB_APP_PROGRESS_HPP

#include <cstddef>

namespace ipclab::app {

/// A line on the terminal that says how far a lab is, and is gone afterwards. Nothing is shown
/// where the standard error is no terminal.
class Progress {
public:
    explicit Progress(int lab);
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    ~Progress();

    void show(std::size_t done, std::size_t of);

private:
    int lab_;
    bool is_terminal_;
};

}  // namespace ipclab::app

#endif
