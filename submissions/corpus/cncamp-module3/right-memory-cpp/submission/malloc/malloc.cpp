#include <chrono>
#include <cstring>
#include <iostream>
#include <memory>
#include <thread>
#include <vector>

int main()
{
    constexpr std::size_t block = 20 * 1024 * 1024;
    std::vector<std::unique_ptr<char[]>> blocks;

    for (int i = 1; i <= 50; i++) {
        auto p = std::make_unique<char[]>(block); // zeroed
        std::memset(p.get(), i, block);
        blocks.push_back(std::move(p));
        std::cout << "blocks: " << blocks.size() << ", MiB: " << blocks.size() * 20 << std::endl;
        std::this_thread::sleep_for(std::chrono::seconds(1));
    }
}
